using System.Globalization;
using System.Runtime.InteropServices;

namespace Speaker.Audio.Files.Isolation;

/// <summary>Bounds that the system itself keeps for this process (setrlimit); where there are none, as on Windows, the
/// parent's clock is what stops it.</summary>
internal static partial class ProcessLimits
{
    private const int ProcessorTime = 0;
    private const int AddressSpace = 9;
    private const int CoreDump = 4;
    private const int Hangup = 1;
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private const nint Ignore = 1;

    /// <summary>The parent gets the same signals from the terminal or the service manager, and this process ends with
    /// it.</summary>
    public static void LeaveSignalsToTheParent()
    {
        if (!OperatingSystem.IsWindows())
        {
            foreach (var signal in (int[])[Hangup, Interrupt, Terminate])
            {
                _ = SetSignal(signal, Ignore);
            }
        }
    }

    /// <summary>From now on the process may run for so long; then the system ends it.</summary>
    public static void AllowProcessorTime(int seconds)
    {
        if (!OperatingSystem.IsWindows())
        {
            Set(ProcessorTime, (ulong)Environment.CpuUsage.TotalTime.TotalSeconds + (ulong)seconds + 1);
        }
    }

    /// <summary>From now on the process may reserve so much more memory than it has; then there is none.</summary>
    public static void AllowMemory(int megabytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Set(CoreDump, 0);
        var pages = File.ReadAllText("/proc/self/statm").Split(' ')[0];
        var bytes = ulong.Parse(pages, CultureInfo.InvariantCulture) * (ulong)Environment.SystemPageSize;
        Set(AddressSpace, bytes + ((ulong)megabytes << 20));
    }

    /// <summary>The soft limit; the hard one stays, so that the soft one can be raised again.</summary>
    private static void Set(int resource, ulong value)
    {
        if (GetLimit(resource, out var limit) == 0)
        {
            limit.Soft = Math.Min(value, limit.Hard);
            _ = SetLimit(resource, ref limit);
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, ref Limit limit);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetSignal(int signal, nint handler);

    /// <summary>struct rlimit of 64-bit systems.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
