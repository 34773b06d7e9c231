using System.Runtime.InteropServices;

namespace Speaker.Bench;

/// <summary>
/// The processor time of the calling thread. On a machine that others use too it leaves out the time that they ran.
/// </summary>
internal static partial class ThreadClock
{
    private const int ThreadProcessorTime = 3;

    /// <summary>So far, in milliseconds.</summary>
    public static double Milliseconds
    {
        get
        {
            _ = GetTime(ThreadProcessorTime, out var time);
            return (time.Seconds * 1e3) + (time.Nanoseconds * 1e-6);
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Time
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
