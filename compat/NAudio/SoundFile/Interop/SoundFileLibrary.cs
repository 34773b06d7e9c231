using System.Runtime.InteropServices;

namespace NAudio.SoundFile.Interop;

/// <summary>The calls of libsndfile that reading takes.</summary>
internal static partial class SoundFileLibrary
{
    public const int ModeRead = 0x10;

    private const string Library = "libsndfile.so.1";

    [LibraryImport(Library, EntryPoint = "sf_open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeSoundFileHandle Open(string path, int mode, ref SoundFileInfo info);

    [LibraryImport(Library, EntryPoint = "sf_close")]
    public static partial int Close(nint file);

    [LibraryImport(Library, EntryPoint = "sf_error")]
    public static partial int Error(SafeSoundFileHandle file);

    [LibraryImport(Library, EntryPoint = "sf_error")]
    public static partial int LastOpenError(nint noFile);

    [LibraryImport(Library, EntryPoint = "sf_error_number")]
    private static partial nint ErrorText(int error);

    [LibraryImport(Library, EntryPoint = "sf_readf_float")]
    public static partial long ReadFrames(SafeSoundFileHandle file, Span<float> buffer, long frames);

    public static string Describe(int error) =>
        Marshal.PtrToStringUTF8(ErrorText(error))?.TrimEnd('.', ' ', '\n') ?? $"error {error}";

    /// <summary>SF_INFO of sndfile.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SoundFileInfo
    {
        public long Frames;
        public int SampleRate;
        public int Channels;
        public int Format;
        public int Sections;
        public int Seekable;
    }
}
