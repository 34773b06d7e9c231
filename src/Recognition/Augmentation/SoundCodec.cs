using Speaker.Audio.Files;
using Speaker.Audio.Files.SoundFile;

namespace Speaker.Augmentation;

/// <summary>
/// What a call or a stored recording goes through: SF_FORMAT_* of libsndfile, container and encoding.
/// </summary>
internal enum SoundCodec
{
    /// <summary>GSM 06.10 full rate, 13 kbit/s at 8 kHz, in WAV; it has no quality to choose.</summary>
    Gsm = 0x010000 | 0x0020,

    Vorbis = 0x200000 | 0x0060,

    Opus = 0x200000 | 0x0064,
}

/// <summary>Encodes and decodes in memory through libsndfile.</summary>
internal static class CodecRoundTrip
{
    /// <param name="samples">Mono in [-1, 1].</param>
    /// <param name="sampleRate">8,000 or 16,000 a second.</param>
    /// <param name="codec">What to go through.</param>
    /// <param name="quality">0 (lowest) to 1, as the encoder takes it.</param>
    /// <returns>As many samples, each where it was: what a codec adds at the ends is cut off.</returns>
    /// <exception cref="ModelException">libsndfile is not installed, or does not have the codec.</exception>
    public static float[] Apply(ReadOnlySpan<float> samples, int sampleRate, SoundCodec codec, double quality)
    {
        var output = new float[samples.Length];
        if (samples.Length == 0)
        {
            return output;
        }

        double? variable = codec == SoundCodec.Gsm ? null : quality;
        try
        {
            using var encoded = new MemoryStream();
            using (var writer = new SoundFileWriter(encoded, sampleRate, 1, (int)codec, variable))
            {
                writer.Write(samples);
            }

            encoded.Position = 0;
            using var reader = new SoundFileReader(encoded);
            if (reader.WaveFormat.SampleRate != sampleRate)
            {
                throw new ModelException(
                    $"{codec} gave {reader.WaveFormat.SampleRate} samples a second for {sampleRate}; libsndfile 1.2 "
                    + "or later keeps the rate.");
            }

            var done = 0;
            while (done < output.Length && reader.Read(output.AsSpan(done)) is > 0 and var read)
            {
                done += read;
            }
        }
        catch (Exception e) when (e is SoundFileException or ArgumentException or DllNotFoundException)
        {
            throw new ModelException(
                $"libsndfile cannot encode and decode {codec} ({e.Message}); install a libsndfile1 that has it, or "
                + "do without: train with codecProbability and gsmShare 0 of bank.augmentation, eval without the "
                + "condition opus.",
                e);
        }

        return output;
    }
}
