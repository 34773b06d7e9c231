using System.Diagnostics;
using System.Globalization;

namespace Speaker.Audio.Tests.Hostile;

/// <summary>
/// Runs cases in processes of their own, one a core. One that dies or hangs is named with its seed and number, and the
/// cases after it are run by another process.
/// </summary>
internal sealed class FuzzRun(int seed, int end)
{
    /// <summary>A case takes milliseconds; one that is not over by then has hung.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>More failures than this say nothing new.</summary>
    private const int MostFailures = 20;

    private readonly List<string> _failures = [];
    private int _completed;

    /// <summary>Cases that were run to their end.</summary>
    public int Completed => _completed;

    /// <summary>What went wrong, each with the command that writes the file down.</summary>
    public IReadOnlyList<string> Failures => _failures;

    public async Task RunAsync()
    {
        var workers = Environment.ProcessorCount;
        await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => RunShareAsync(worker, workers)));
    }

    private async Task RunShareAsync(int first, int step)
    {
        while (first < end && _failures.Count < MostFailures)
        {
            first = await RunProcessAsync(first, step) + step;
        }
    }

    /// <returns>The last case that was begun.</returns>
    private async Task<int> RunProcessAsync(int first, int step)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            typeof(FuzzWorker).Assembly.Location, "fuzz", Text(seed), Text(first), Text(end), Text(step),
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The heap is collected before garbage counts as memory of a case.
        start.Environment["DOTNET_GCgen0size"] = "0x200000";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var current = first - step;
        while (true)
        {
            string? line;
            try
            {
                using var deadline = new CancellationTokenSource(Patience);
                line = await process.StandardOutput.ReadLineAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                Fail(current, $"did not end within {Patience.TotalSeconds} s");
                return Math.Max(current, first);
            }

            if (line is null)
            {
                await process.WaitForExitAsync();
                Fail(current, $"the process ended with exit code {process.ExitCode}: {await errors}");
                return Math.Max(current, first);
            }

            if (line == FuzzWorker.Done)
            {
                Interlocked.Add(ref _completed, current < first ? 0 : 1);
                return end;
            }

            if (line.StartsWith(FuzzWorker.Failed, StringComparison.Ordinal))
            {
                Fail(current, line);
            }
            else
            {
                Interlocked.Add(ref _completed, current < first ? 0 : 1);
                current = int.Parse(line, CultureInfo.InvariantCulture);
            }
        }
    }

    private void Fail(int number, string problem)
    {
        lock (_failures)
        {
            _failures.Add($"seed {seed}, case {number}: {problem}\n    dotnet {typeof(FuzzWorker).Assembly.Location} "
                + $"write {seed} {number} FILE");
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
