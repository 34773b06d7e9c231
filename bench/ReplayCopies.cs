using NAudio.Wave;
using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Audio.Files.SoundFile;
using Speaker.Audio.Resampling;
using Speaker.Augmentation;
using Speaker.Numerics;

namespace Speaker.Bench;

/// <summary>What becomes of a recording on its way to being sent again.</summary>
internal static class ReplayCopies
{
    private const int Wave = 0x010002;
    private const int WaveMuLaw = 0x010010;
    private const int WaveGsm = 0x010020;
    private const int Flac = 0x170002;
    private const int Vorbis = 0x200060;
    private const int Opus = 0x200064;
    private const int Mp3 = 0x230082;

    private static readonly SoundBank NoSounds = new([], [], []);

    /// <summary>Name, and what makes the copy: 16 kHz mono in and out, and the bytes that were sent.</summary>
    public static IReadOnlyList<(string Name, Func<float[], SplitRandom, (float[] Samples, long Bytes)> Make)> Ways
    { get; } =
    [
        ("WAV, 44.1 kHz", (samples, _) => Encoded(samples, 44_100, Wave)),
        ("WAV, 8 kHz", (samples, _) => Encoded(samples, 8000, Wave)),
        ("FLAC, a tenth of the level", (samples, _) => Encoded([.. samples.Select(x => x / 10)], 16_000, Flac)),
        ("Opus, libsndfile's quality 0.1", (samples, _) => Encoded(samples, 16_000, Opus, 0.1)),
        ("Opus, quality 0.03", (samples, _) => Encoded(samples, 16_000, Opus, 0.03)),
        ("Opus, quality 0.01", (samples, _) => Encoded(samples, 16_000, Opus, 0.01)),
        ("Opus, quality 0", (samples, _) => Encoded(samples, 16_000, Opus, 0)),
        ("Vorbis, quality 0.3", (samples, _) => Encoded(samples, 16_000, Vorbis, 0.3)),
        ("Vorbis, quality 0", (samples, _) => Encoded(samples, 16_000, Vorbis, 0)),
        ("MP3, quality 0.5", (samples, _) => Encoded(samples, 16_000, Mp3, 0.5)),
        ("MP3, quality 0.05", (samples, _) => Encoded(samples, 16_000, Mp3, 0.05)),
        ("µ-law, 8 kHz", (samples, _) => Encoded(samples, 8000, WaveMuLaw)),
        ("GSM, 8 kHz", (samples, _) => Encoded(samples, 8000, WaveGsm)),
        ("loudspeaker, 0.2 to 0.5 m", (samples, random) => Played(samples, random, new(0.2, 0.5), new(20, 30))),
        ("loudspeaker, 1 to 2.5 m", (samples, random) => Played(samples, random, new(1, 2.5), new(10, 25))),
    ];

    private static (float[] Samples, long Bytes) Encoded(float[] samples, int rate, int format, double? quality = null)
    {
        using var encoded = new MemoryStream();
        using (var writer = new SoundFileWriter(encoded, rate, 1, format, quality))
        {
            writer.Write(All(At(rate, new MemorySampleProvider(samples, AudioFile.SampleRate, 1))));
        }

        encoded.Position = 0;
        using var reader = new SoundFileReader(encoded);
        return (All(At(AudioFile.SampleRate, reader)), encoded.Length);
    }

    /// <summary>Through the curve of a loudspeaker and a microphone, a room, and noise.</summary>
    private static (float[] Samples, long Bytes) Played(
        float[] samples, SplitRandom random, ValueRange metres, ValueRange decibels)
    {
        var augmenter = new WaveformAugmenter(
            new AugmentationOptions
            {
                ProsodyProbability = 0,
                RoomProbability = 1,
                RecordedRoomShare = 0,
                RoomDistanceMetres = metres,
                NoiseProbability = 0,
                BabbleProbability = 0,
                HissProbability = 1,
                HissDecibels = decibels,
                EqualiserProbability = 1,
                TelephoneProbability = 0,
                LowPassProbability = 0,
                CodecProbability = 0,
                ClippingProbability = 0,
            },
            NoSounds);
        return (augmenter.Apply(samples, random), sizeof(short) * samples.Length);
    }

    private static ISampleProvider At(int rate, ISampleProvider source) =>
        source.WaveFormat.SampleRate == rate ? source : new Resampler(source, rate);

    private static float[] All(ISampleProvider source)
    {
        var samples = new List<float>();
        var block = new float[16_384];
        while (source.Read(block) is > 0 and var read)
        {
            samples.AddRange(block.AsSpan(0, read));
        }

        return [.. samples];
    }
}
