using System.Reflection;
using System.Runtime.InteropServices;

namespace Speaker.Audio.Files.SoundFile;

/// <summary>The calls of libsndfile (sndfile.h, version 1.0.31 or later) that reading and writing take.</summary>
internal static partial class SoundFileLibrary
{
    public const int ModeRead = 0x10;
    public const int ModeWrite = 0x20;

    /// <summary>SFC_SET_VBR_ENCODING_QUALITY: a double from 0, the lowest, to 1.</summary>
    public const int SetVbrEncodingQuality = 0x1300;

    private const string Library = "sndfile";

    private static readonly nint Handle;

#pragma warning disable CA1810 // A static constructor runs before the first import; initialisers may run later.
    static SoundFileLibrary()
#pragma warning restore CA1810
    {
        Handle = Load();
        NativeLibrary.SetDllImportResolver(
            typeof(SoundFileLibrary).Assembly, (name, _, _) => name switch
            {
                // A handle of its own for each call: when two threads make a first call at once, native code closes
                // the handle of the one that came second, and must not unload the library under the first.
                Library when IsInstalled => Load(),
                Library => throw new DllNotFoundException($"libsndfile is not installed; {HowToInstall}"),
                _ => 0, // libasound, by its own name
            });
    }

    /// <summary>Whether libsndfile is there; without it every call throws <see cref="DllNotFoundException"/>.</summary>
    public static bool IsInstalled => Handle != 0;

    /// <summary>What to do where it is not there, as the end of a sentence.</summary>
    public static string HowToInstall =>
        OperatingSystem.IsWindows() ? "put libsndfile's sndfile.dll beside the program"
        : OperatingSystem.IsMacOS() ? "install it with \"brew install libsndfile\""
        : "install the package libsndfile1";

    /// <summary>The names the library has on this system, the first that loads.</summary>
    private static nint Load()
    {
        string[] names =
            OperatingSystem.IsWindows() ? ["sndfile.dll", "libsndfile-1.dll"]
            : OperatingSystem.IsMacOS()
                ? [
                    "libsndfile.1.dylib", "/opt/homebrew/lib/libsndfile.1.dylib", "/usr/local/lib/libsndfile.1.dylib",
                ]
            : ["libsndfile.so.1"];
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, typeof(SoundFileLibrary).Assembly, null, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }

    public static SafeSoundFileHandle Open(string path, int mode, ref SoundFileInfo info) =>
        OperatingSystem.IsWindows() ? OpenWide(path, mode, ref info) : OpenUtf8(path, mode, ref info);

    [LibraryImport(Library, EntryPoint = "sf_open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeSoundFileHandle OpenUtf8(string path, int mode, ref SoundFileInfo info);

    /// <summary>On Windows alone: there sf_open takes the path in the system's code page.</summary>
    [LibraryImport(Library, EntryPoint = "sf_wchar_open", StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeSoundFileHandle OpenWide(string path, int mode, ref SoundFileInfo info);

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

    /// <summary>The error of the last open that failed; takes a null SNDFILE*.</summary>
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
