using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Speaker.Audio;
using Speaker.Audio.Validation;

namespace Speaker.Corpora;

/// <summary>Work on many recordings at once, with tools that each thread has for itself.</summary>
internal static class ParallelReading
{
    /// <summary>Works on every recording; one that cannot be read is left out and does not stop the others.</summary>
    /// <param name="paths">The recordings.</param>
    /// <param name="threads">At once.</param>
    /// <param name="makeTools">Once a thread.</param>
    /// <param name="work">On the recording of this index.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>What could not be read, in the order of the recordings.</returns>
    /// <exception cref="AudioException">None of them can be read.</exception>
    public static IReadOnlyList<SkippedUtterance> For<TTools>(
        IReadOnlyList<string> paths,
        int threads,
        Func<TTools> makeTools,
        Action<int, TTools> work,
        CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        var unreadable = new ConcurrentDictionary<int, SkippedUtterance>();
        try
        {
            Parallel.For(
                0,
                paths.Count,
                options,
                makeTools,
                (index, _, tools) =>
                {
                    try
                    {
                        work(index, tools);
                    }
                    catch (AudioException exception)
                    {
                        unreadable[index] = SkippedUtterance.Of(paths[index], exception);
                    }

                    return tools;
                },
                _ => { });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }

        var skipped = unreadable.OrderBy(entry => entry.Key).Select(entry => entry.Value).ToArray();
        return skipped.Length == 0 || skipped.Length < paths.Count
            ? skipped
            : throw new AudioException(paths.Count == 1
                ? $"{skipped[0].Path}: {skipped[0].Reason}"
                : $"none of {Plural.Of(paths.Count, "recording")} can be read; the first is {skipped[0].Path}: " +
                    skipped[0].Reason);
    }
}
