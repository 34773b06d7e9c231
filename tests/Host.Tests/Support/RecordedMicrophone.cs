namespace Speaker.Host.Tests.Support;

/// <summary>A microphone without hardware: an ALSA PCM named "recording", of type "file", that plays samples as its
/// input.</summary>
internal static class RecordedMicrophone
{
    /// <summary>Writes ALSA's configuration of it.</summary>
    /// <param name="folder">Gets the files.</param>
    /// <param name="samples">16 bits, little-endian, at the rate that is captured.</param>
    /// <returns>What <c>ALSA_CONFIG_PATH</c> has to name.</returns>
    public static string Write(TemporaryFolder folder, byte[] samples)
    {
        var raw = folder.File("speech.raw");
        File.WriteAllBytes(raw, samples);
        var configuration = folder.File("asound.conf");
        File.WriteAllText(configuration, $$"""
            pcm.recording {
                type file
                slave.pcm { type null }
                file "/dev/null"
                infile "{{raw}}"
                format "raw"
                hint { show on description "A recording" }
            }
            """);
        return configuration;
    }
}
