using System.Runtime.InteropServices;

namespace Speaker.Audio.Capture.Alsa;

/// <summary>The calls of libasound (alsa/pcm.h) that capture takes.</summary>
internal static partial class AlsaLibrary
{
    public const int StreamCapture = 1;
    public const int AccessInterleaved = 3;
    public const int FormatS16LittleEndian = 2;
    public const int FormatFloatLittleEndian = 14;

    private const string Library = "libasound.so.2";

    [LibraryImport(Library, EntryPoint = "snd_pcm_open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(out SafePcmHandle pcm, string name, int stream, int mode);

    [LibraryImport(Library, EntryPoint = "snd_pcm_close")]
    public static partial int Close(nint pcm);

    [LibraryImport(Library, EntryPoint = "snd_pcm_set_params")]
    public static partial int SetParameters(
        SafePcmHandle pcm, int format, int access, uint channels, uint rate, int softResample, uint microseconds);

    [LibraryImport(Library, EntryPoint = "snd_pcm_start")]
    public static partial int Start(SafePcmHandle pcm);

    [LibraryImport(Library, EntryPoint = "snd_pcm_wait")]
    public static partial int Wait(SafePcmHandle pcm, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "snd_pcm_readi")]
    public static partial nint Read(SafePcmHandle pcm, Span<byte> buffer, nuint frames);

    [LibraryImport(Library, EntryPoint = "snd_pcm_delay")]
    public static partial int Delay(SafePcmHandle pcm, out nint frames);

    [LibraryImport(Library, EntryPoint = "snd_pcm_prepare")]
    public static partial int Prepare(SafePcmHandle pcm);

    [LibraryImport(Library, EntryPoint = "snd_pcm_resume")]
    public static partial int Resume(SafePcmHandle pcm);

    [LibraryImport(Library, EntryPoint = "snd_strerror")]
    private static partial nint ErrorText(int error);

    public static string Describe(int error) => Marshal.PtrToStringUTF8(ErrorText(error)) ?? $"error {error}";
}
