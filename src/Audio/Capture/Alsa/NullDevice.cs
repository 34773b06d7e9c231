using System.Runtime.InteropServices;

namespace Speaker.Audio.Capture.Alsa;

/// <summary>
/// The PCM "null", which ALSA's own configuration defines and every other may use, as one that plays a file does. A file
/// that ALSA_CONFIG_PATH names takes the place of that configuration; there it is defined again.
/// </summary>
internal static partial class NullDevice
{
    private const string Library = "libasound.so.2";

    private static readonly Lock _lock = new();

    /// <summary>Defines it where it is not. What is wrong with the configuration itself is said when a device is
    /// opened.</summary>
    /// <exception cref="DllNotFoundException">libasound is not installed.</exception>
    public static void Define()
    {
        lock (_lock)
        {
            if (Update(out var configuration) < 0)
            {
                return;
            }

            if (Search(configuration, "pcm.null", 0) < 0)
            {
                const string definition = "pcm.null { type null }\n";
                if (OpenText(out var text, definition, definition.Length) >= 0)
                {
                    _ = Load(configuration, text);
                    _ = Close(text);
                }
            }

            Release(configuration);
        }
    }

    [LibraryImport(Library, EntryPoint = "snd_config_update_ref")]
    private static partial int Update(out nint configuration);

    [LibraryImport(Library, EntryPoint = "snd_config_unref")]
    private static partial void Release(nint configuration);

    [LibraryImport(Library, EntryPoint = "snd_config_search", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Search(nint configuration, string key, nint result);

    [LibraryImport(Library, EntryPoint = "snd_config_load")]
    private static partial int Load(nint configuration, nint input);

    [LibraryImport(Library, EntryPoint = "snd_input_buffer_open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenText(out nint input, string text, nint length);

    [LibraryImport(Library, EntryPoint = "snd_input_close")]
    private static partial int Close(nint input);
}
