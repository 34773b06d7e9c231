using System.Runtime.InteropServices;

namespace Speaker.Audio.Capture.Alsa;

/// <summary>The PCMs that ALSA's configuration gives hints of (alsa/control.h), as <c>arecord -L</c> lists them.</summary>
internal static partial class AlsaDevices
{
    private const string Library = "libasound.so.2";
    private const int AllCards = -1;

    /// <summary>A device that gives silence and is no microphone.</summary>
    private const string Null = "null";

    /// <summary>Those that can be captured, in ALSA's order.</summary>
    /// <exception cref="AlsaException">The configuration cannot be read.</exception>
    /// <exception cref="DllNotFoundException">libasound is not installed.</exception>
    public static unsafe IReadOnlyList<CaptureDeviceName> List()
    {
        var error = Hints(AllCards, "pcm", out var hints);
        if (error < 0)
        {
            throw new AlsaException(error, "snd_device_name_hint");
        }

        var devices = new List<CaptureDeviceName>();
        for (var hint = (nint*)hints; *hint != 0; hint++)
        {
            // No direction: both.
            if (Text(*hint, "NAME") is { } name && name != Null && Text(*hint, "IOID") is null or "Input")
            {
                devices.Add(new CaptureDeviceName(name, Text(*hint, "DESC")?.ReplaceLineEndings(", ") ?? ""));
            }
        }

        _ = Free(hints);
        return devices;
    }

    private static unsafe string? Text(nint hint, string id)
    {
        var text = Get(hint, id);
        var copy = Marshal.PtrToStringUTF8(text);
        NativeMemory.Free((void*)text);
        return copy;
    }

    [LibraryImport(Library, EntryPoint = "snd_device_name_hint", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Hints(int card, string kind, out nint hints);

    [LibraryImport(Library, EntryPoint = "snd_device_name_get_hint", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Get(nint hint, string id);

    [LibraryImport(Library, EntryPoint = "snd_device_name_free_hint")]
    private static partial int Free(nint hints);
}
