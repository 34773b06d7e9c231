using System.Runtime.InteropServices;

namespace Speaker.Audio.Files.SoundFile;

/// <summary>The calls of libsndfile that reading and writing take.</summary>
internal static partial class SoundFileLibrary
{
    public const int ModeRead = 0x10;
    public const int ModeWrite = 0x20;

    /// <summary>SFC_SET_VBR_ENCODING_QUALITY: a double from 0, the lowest, to 1.</summary>
    public const int SetVbrEncodingQuality = 0x1300;

    private const string Library = "libsndfile.so.1";

    [LibraryImport(Library, EntryPoint = "sf_open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeSoundFileHandle Open(string path, int mode, ref SoundFileInfo info);

    [LibraryImport(Library, EntryPoint = "sf_open_virtual")]
    public static partial SafeSoundFileHandle OpenVirtual(
        ref VirtualInputOutput calls, int mode, ref SoundFileInfo info, nint userData);

    [LibraryImport(Library, EntryPoint = "sf_format_check")]
    public static partial int CheckFormat(ref SoundFileInfo info);

    [LibraryImport(Library, EntryPoint = "sf_command")]
    public static partial int Command(SafeSoundFileHandle file, int command, ref double value, int size);

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

    [LibraryImport(Library, EntryPoint = "sf_write_float")]
    public static partial long WriteSamples(SafeSoundFileHandle file, ReadOnlySpan<float> samples, long count);

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

    /// <summary>SF_VIRTUAL_IO of sndfile.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct VirtualInputOutput
    {
        public delegate* unmanaged[Cdecl]<nint, long> Length;
        public delegate* unmanaged[Cdecl]<long, int, nint, long> Seek;
        public delegate* unmanaged[Cdecl]<void*, long, nint, long> Read;
        public delegate* unmanaged[Cdecl]<void*, long, nint, long> Write;
        public delegate* unmanaged[Cdecl]<nint, long> Tell;
    }
}
