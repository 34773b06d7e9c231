using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Http;

/// <summary><c>speaker serve</c> as a process of its own, with the events that it wrote.</summary>
internal sealed class RunningService : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = [];

    private RunningService(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
            {
                _lines.Enqueue(line.Data);
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Names of the events until now.</summary>
    public IEnumerable<string> Events => _lines.Select(EventOf);

    public static RunningService Start(
        TemporaryFolder folder, string model, (string Name, string Value)[] environment, params string[] arguments) =>
        new(new SpeakerProcess(folder, model).Start(
            [("Speaker__Inbox__StableSeconds", "0.2"), ("Speaker__Inbox__RescanSeconds", "1"), .. environment],
            ["serve", "--json", .. arguments]));

    /// <summary>Where it listens, once it does.</summary>
    public async Task<Uri> AddressAsync()
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (_lines.FirstOrDefault(line => EventOf(line) == "listening") is { } line)
            {
                using var json = JsonDocument.Parse(line);
                return new Uri(json.RootElement.GetProperty("urls").GetString()!);
            }

            Assert.True(
                waited.Elapsed < Patience && !_process.HasExited,
                "it does not listen: " + string.Join('\n', _lines));
            await Task.Delay(50);
        }
    }

    /// <summary>Asks it to end, and waits until it has.</summary>
    /// <returns>Its exit code.</returns>
    public int Stop()
    {
        SpeakerProcess.Signal(_process, "TERM");
        SpeakerProcess.WaitForExit(_process);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string EventOf(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("event").GetString()!;
    }
}
