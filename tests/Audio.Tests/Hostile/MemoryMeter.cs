using System.Buffers.Text;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Speaker.Audio.Tests.Hostile;

/// <summary>
/// How much memory a piece of work took at most: the larger of what it allocated of the managed heap on this thread
/// and of how far the resident set of the whole process, libsndfile's memory included, rose meanwhile.
/// </summary>
internal sealed class MemoryMeter : IDisposable
{
    private readonly SafeFileHandle _status = File.OpenHandle("/proc/self/status");
    private readonly SafeFileHandle _clear = File.OpenHandle("/proc/self/clear_refs", access: FileAccess.Write);
    private readonly byte[] _buffer = new byte[4096];
    private long _resident;
    private long _allocated;

    public void Start()
    {
        // 5 makes the peak of the resident set what it is now (proc(5)).
        RandomAccess.Write(_clear, "5"u8, 0);
        _resident = PeakResident();
        _allocated = GC.GetAllocatedBytesForCurrentThread();
    }

    /// <summary>Bytes since the start.</summary>
    public long Peak() => Math.Max(
        GC.GetAllocatedBytesForCurrentThread() - _allocated, PeakResident() - _resident);

    public void Dispose()
    {
        _status.Dispose();
        _clear.Dispose();
    }

    private long PeakResident()
    {
        var text = _buffer.AsSpan(0, RandomAccess.Read(_status, _buffer, 0));
        var value = text[(text.IndexOf("VmHWM:"u8) + 6)..].TrimStart(" \t"u8);
        return Utf8Parser.TryParse(value, out long kilobytes, out _)
            ? kilobytes * 1024
            : throw new InvalidOperationException("no VmHWM in " + Encoding.ASCII.GetString(text));
    }
}
