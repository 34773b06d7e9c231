namespace Speaker.Tests.Support;

/// <summary>What a piece of work allocates on its own thread.</summary>
internal static class Allocations
{
    private const int Runs = 5;

    /// <summary>
    /// The bytes of the run that allocated least, after one that is not counted. Work that allocates does so every time;
    /// what the runtime takes once, as it compiles a method again, is not the work's.
    /// </summary>
    public static long Of(Action work)
    {
        work();
        var least = long.MaxValue;
        for (var run = 0; run < Runs; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
