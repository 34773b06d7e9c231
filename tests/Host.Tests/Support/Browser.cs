using System.Diagnostics;
using Speaker.CommandLine.Reports;

namespace Speaker.Host.Tests.Support;

/// <summary>A test that opens a report in Chromium; skipped where that or the plotting library is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Browser.Program is null ? "Chromium is not installed"
        : !File.Exists(PlottingLibrary.Location) ? "scripts/report-library.sh has not been run"
        : null;
}

/// <summary>Chromium without a window, a network or a profile.</summary>
internal static class Browser
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, "chromium")).FirstOrDefault(File.Exists);

    /// <summary>Opens a file and returns the page as its scripts left it, with what went to the console.</summary>
    public static (string Page, string[] Console) Open(string path, bool dark, TemporaryFolder folder)
    {
        using var process = Process.Start(new ProcessStartInfo(Program!,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
            "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
            $"--user-data-dir={folder.File("chromium")}", "--window-size=1300,2000", "--enable-logging=stderr",
            $"--blink-settings=preferredColorScheme={(dark ? 0 : 1)}", "--virtual-time-budget=20000", "--dump-dom",
            new Uri(path).AbsoluteUri,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var page = process.StandardOutput.ReadToEndAsync();
        var log = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail("Chromium did not end");
        }

        process.WaitForExit();
        var console = log.Result.Split('\n').Where(line => line.Contains(":CONSOLE", StringComparison.Ordinal));
        return (page.Result, [.. console]);
    }
}
