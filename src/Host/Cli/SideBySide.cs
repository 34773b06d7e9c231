using Speaker.CommandLine;

namespace Speaker.Host.Cli;

/// <summary>Work on many recordings in one process: side by side, and shown in the order given.</summary>
internal static class SideBySide
{
    /// <summary>Only a few are ahead of the one that is waited for, however many there are.</summary>
    private static int MostAhead => 2 * Environment.ProcessorCount;

    /// <param name="items">What to work on.</param>
    /// <param name="start">Begins the work on one.</param>
    /// <param name="showAsync">Waits for it, shows what came of it and returns its exit code.</param>
    /// <returns>The highest exit code.</returns>
    public static async Task<int> RunAsync<TItem, TResult>(
        IEnumerable<TItem> items, Func<TItem, Task<TResult>> start, Func<TItem, Task<TResult>, Task<int>> showAsync)
    {
        var exitCode = ExitCode.Done;
        var ahead = new Queue<(TItem Item, Task<TResult> Work)>();
        foreach (var item in items)
        {
            if (ahead.Count == MostAhead)
            {
                await ShowNextAsync();
            }

            ahead.Enqueue((item, start(item)));
        }

        while (ahead.Count > 0)
        {
            await ShowNextAsync();
        }

        return exitCode;

        async Task ShowNextAsync()
        {
            var (item, work) = ahead.Dequeue();
            exitCode = Math.Max(exitCode, await showAsync(item, work));
        }
    }
}
