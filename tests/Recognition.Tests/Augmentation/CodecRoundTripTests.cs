using Speaker.Augmentation;

namespace Speaker.Tests.Augmentation;

public class CodecRoundTripTests
{
    [Theory]
    [InlineData("Gsm", 8000)]
    [InlineData("Vorbis", 16000)]
    [InlineData("Opus", 16000)]
    public void Apply_Speech_KeepsEverySampleInItsPlaceAndChangesIt(string name, int sampleRate)
    {
        var speech = Speech(sampleRate);
        foreach (var length in (int[])[speech.Length, 5003])
        {
            var sound = speech[..length];
            var got = CodecRoundTrip.Apply(sound, sampleRate, Enum.Parse<SoundCodec>(name), 0.3);
            Assert.Equal(length, got.Length);
            Assert.True(got.All(float.IsFinite));
            // The lag at which the two agree best is none.
            var best = Enumerable.Range(-300, 601).MaxBy(lag => Correlation(sound, got, lag));
            Assert.InRange(best, -1, 1);
            Assert.InRange(Correlation(sound, got, best), 0.8, 0.99999);
        }
    }

    [Theory]
    [InlineData("Vorbis")]
    [InlineData("Opus")]
    public void Apply_BetterQuality_StaysCloser(string name)
    {
        var (codec, speech) = (Enum.Parse<SoundCodec>(name), Speech(16000));
        var low = CodecRoundTrip.Apply(speech, 16000, codec, 0);
        var high = CodecRoundTrip.Apply(speech, 16000, codec, 0.9);
        Assert.True(Error(speech, high) < 0.5 * Error(speech, low), $"{Error(speech, high)} {Error(speech, low)}");
    }

    [Theory]
    [InlineData("Gsm", 8000)]
    [InlineData("Vorbis", 16000)]
    [InlineData("Opus", 16000)]
    public void Apply_AnyLengthAndAgain_IsTheSameAndFinite(string name, int sampleRate)
    {
        var codec = Enum.Parse<SoundCodec>(name);
        foreach (var length in (int[])[0, 1, 159, 4000])
        {
            var noise = TestSignals.Noise(length, 3).Select(v => 0.1f * v).ToArray();
            var got = CodecRoundTrip.Apply(noise, sampleRate, codec, 0.2);
            Assert.Equal(length, got.Length);
            Assert.True(got.All(float.IsFinite));
            Assert.Equal(got, CodecRoundTrip.Apply(noise, sampleRate, codec, 0.2));
        }
    }

    private static float[] Speech(int sampleRate)
    {
        var speech = SyntheticSpeech.Speak(5, 1, 2);
        // At 8 kHz every other sample: what folds is part of what is spoken here.
        return sampleRate == 16000 ? speech : [.. speech.Where((_, i) => i % 2 == 0)];
    }

    private static double Error(float[] a, float[] b) => a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Sum();

    private static double Correlation(float[] a, float[] b, int lag)
    {
        var (ab, aa, bb) = (0.0, 1e-12, 1e-12);
        for (var i = Math.Max(0, -lag); i < a.Length && i + lag < b.Length; i++)
        {
            (ab, aa, bb) = (ab + (a[i] * b[i + lag]), aa + (a[i] * a[i]), bb + (b[i + lag] * b[i + lag]));
        }

        return ab / Math.Sqrt(aa * bb);
    }
}
