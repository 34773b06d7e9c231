using System.Runtime.ExceptionServices;
using Speaker.Audio;

namespace Speaker.Corpora;

/// <summary>Work on many recordings at once, with tools that each thread has for itself.</summary>
internal static class ParallelReading
{
    /// <exception cref="AudioException">The first recording that cannot be read, rather than a bundle of
    /// faults.</exception>
    public static void For<TTools>(
        int count, int threads, Func<TTools> makeTools, Action<int, TTools> work, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        try
        {
            Parallel.For(
                0,
                count,
                options,
                makeTools,
                (index, _, tools) =>
                {
                    work(index, tools);
                    return tools;
                },
                _ => { });
        }
        catch (AggregateException e)
        {
            var cause = e.Flatten().InnerExceptions;
            ExceptionDispatchInfo.Throw(cause.FirstOrDefault(inner => inner is AudioException) ?? cause[0]);
        }
    }
}
