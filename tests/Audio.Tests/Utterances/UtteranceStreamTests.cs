using Speaker.Audio.Features;
using Speaker.Audio.Utterances;

namespace Speaker.Audio.Tests.Utterances;

public class UtteranceStreamTests
{
    private static readonly float[] _speech =
    [
        .. Directory.GetFiles("/usr/share/klettres/de", "*.ogg", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Take(8).SelectMany(clip => AudioFile.ReadSamples(clip)),
    ];

    public static TheoryData<double?, double> Specifications => new() { { null, 0 }, { -26, 0 }, { null, 0.3 } };

    [Theory]
    [MemberData(nameof(Specifications))]
    public void Take_BlocksOfAnyLength_AreTheSameFrames(double? level, double margin)
    {
        var together = Hear(Specification(level, margin), _speech, _speech.Length);
        foreach (var length in (int[])[1, 799, 16_001])
        {
            var apart = Hear(Specification(level, margin), _speech, length);
            Assert.Equal(together.IsSpeech, apart.IsSpeech);
            Assert.Equal(together.Features.Values, apart.Features.Values);
            Assert.Equal(together.Stream.SpeechSeconds, apart.Stream.SpeechSeconds);
        }
    }

    /// <summary>The reader of the whole is the oracle: the level is told by the whole alone, and the stream ends without
    /// the frames that the detector has not decided.</summary>
    [Theory]
    [MemberData(nameof(Specifications))]
    public void Take_AllOfASound_IsWhatTheReaderMakesOfTheWhole(double? level, double margin)
    {
        var specification = Specification(level, margin);
        var whole = (Utterance)new UtteranceReader(specification, new UtteranceOptions()).Analyse(_speech);
        var (features, isSpeech, stream) = Hear(specification, _speech, 1600);

        Assert.InRange(features.Frames, whole.Features.Frames - 60, whole.Features.Frames + 25);
        Assert.Equal(features.Frames, isSpeech.Length);
        Assert.InRange(stream.SpeechSeconds, whole.SpeechSeconds - 0.6, whole.SpeechSeconds + 0.25);
        // Frames at the edge of speech may differ, so that the rest is compared by its means; c0 has the level in it.
        Assert.InRange(Cosine(Means(whole.Features), Means(features)), 0.99, 1.0001);

        var quality = stream.Summarise(_speech.Length / 16_000.0).Quality;
        Assert.Equal(whole.Quality.SpeechLevel, quality.SpeechLevel, 1.5);
        Assert.Equal(whole.Quality.Bandwidth, quality.Bandwidth, 500.0);
        Assert.Equal(whole.Quality.SignalToNoise!.Value, quality.SignalToNoise!.Value, 6.0);
    }

    [Fact]
    public void Take_SilenceOrNoise_IsNothing()
    {
        var random = new Random(1);
        var noise = Enumerable.Range(0, 64_000).Select(_ => (0.1f * random.NextSingle()) - 0.05f).ToArray();
        foreach (var sound in (float[][])[new float[64_000], noise])
        {
            var (features, _, stream) = Hear(Specification(null, 0.3), sound, 1600);
            Assert.Equal((0, 0.0, false), (features.Frames, stream.SpeechSeconds, stream.IsSpeech));
        }
    }

    private static FrontEndSpecification Specification(double? level, double margin) =>
        new() { SpeechLevel = level, SpeechMargin = margin };

    private static (FeatureMatrix Features, bool[] IsSpeech, UtteranceStream Stream) Hear(
        FrontEndSpecification specification, float[] samples, int blockLength)
    {
        var stream = new UtteranceStream(specification, new UtteranceOptions());
        var values = new List<float>();
        var flags = new List<bool>();
        for (var start = 0; start < samples.Length; start += blockLength)
        {
            stream.Push(samples.AsSpan(start, Math.Min(blockLength, samples.Length - start)));
            values.AddRange(stream.Take(out var isSpeech).Values);
            flags.AddRange(isSpeech);
        }

        return (new FeatureMatrix([.. values], flags.Count, specification.Cepstra), [.. flags], stream);
    }

    private static float[] Means(FeatureMatrix features) =>
    [
        .. Enumerable.Range(1, features.Coefficients - 1).Select(
            i => Enumerable.Range(0, features.Frames).Average(frame => features.Row(frame)[i])),
    ];

    private static double Cosine(float[] one, float[] other) =>
        one.Zip(other, (a, b) => (double)a * b).Sum()
        / Math.Sqrt(one.Sum(a => (double)a * a) * other.Sum(b => (double)b * b));
}
