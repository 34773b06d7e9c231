using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Speaker.Augmentation;

/// <summary>A stretcher of librubberband.</summary>
internal sealed class SafeStretcherHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        RubberBandLibrary.Delete(handle);
        return true;
    }
}

/// <summary>The calls of librubberband that an offline stretch takes (rubberband-c.h).</summary>
internal static unsafe partial class RubberBandLibrary
{
    /// <summary>The engine R3. The other one, R2, moves formants nearly as far as the pitch.</summary>
    public const int EngineFiner = 0x20000000;

    /// <summary>With R3: one window for all frequencies, in half the time.</summary>
    public const int WindowShort = 0x00100000;

    public const int FormantPreserved = 0x01000000;

    /// <summary>The caller's thread does the work: recordings, not channels, are what runs in parallel here.</summary>
    public const int ThreadingNever = 0x00010000;

    private const string Library = "librubberband.so.2";

    [LibraryImport(Library, EntryPoint = "rubberband_new")]
    public static partial SafeStretcherHandle New(
        uint sampleRate, uint channels, int options, double timeRatio, double pitchScale);

    [LibraryImport(Library, EntryPoint = "rubberband_delete")]
    public static partial void Delete(nint stretcher);

    [LibraryImport(Library, EntryPoint = "rubberband_set_expected_input_duration")]
    public static partial void SetExpectedInputDuration(SafeStretcherHandle stretcher, uint samples);

    /// <summary>The first of the two passes; <paramref name="input"/> is one pointer a channel.</summary>
    [LibraryImport(Library, EntryPoint = "rubberband_study")]
    public static partial void Study(SafeStretcherHandle stretcher, float** input, uint samples, int final);

    /// <summary>The second pass.</summary>
    [LibraryImport(Library, EntryPoint = "rubberband_process")]
    public static partial void Process(SafeStretcherHandle stretcher, float** input, uint samples, int final);

    /// <summary>Samples that can be retrieved now; -1 when all have been.</summary>
    [LibraryImport(Library, EntryPoint = "rubberband_available")]
    public static partial int Available(SafeStretcherHandle stretcher);

    [LibraryImport(Library, EntryPoint = "rubberband_retrieve")]
    public static partial uint Retrieve(SafeStretcherHandle stretcher, float** output, uint samples);
}
