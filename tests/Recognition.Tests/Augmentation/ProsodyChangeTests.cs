using Speaker.Audio.Numerics;
using Speaker.Augmentation;

namespace Speaker.Tests.Augmentation;

public class ProsodyChangeTests
{
    private static readonly double[] Formants = [700, 1220, 2600];

    [Theory]
    [InlineData(4, 1)]
    [InlineData(-4, 1)]
    [InlineData(3, 1.2)]
    [InlineData(-2, 0.8)]
    public void Apply_Vowel_MovesThePitchAndKeepsTheFormants(double semitones, double tempo)
    {
        var vowel = Vowel(140, 32_000);
        var got = ProsodyChange.Apply(vowel, semitones, tempo);

        Assert.Equal((int)Math.Round(vowel.Length / tempo), got.Length);
        Assert.Equal(140, Pitch(vowel), 2.0);
        var factor = Math.Pow(2, semitones / 12);
        Assert.InRange(Pitch(got) / 140 / factor, 0.97, 1.03);
        Assert.InRange(EnvelopeStretch(vowel, got), 0.96, 1.04);

        // The yardstick works: played at another speed, the envelope moves with the pitch.
        var moved = SpeedPerturbation.Apply(vowel, Math.Round(factor, 2));
        Assert.InRange(EnvelopeStretch(vowel, moved) / factor, 0.96, 1.04);
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(1.25)]
    public void Apply_Tempo_MovesOnsetsByTheRatioAndNotThePitch(double tempo)
    {
        var sound = new float[32_000];
        Vowel(140, 12_000).CopyTo(sound, 16_000);
        var got = ProsodyChange.Apply(sound, 0, tempo);
        var level = 0.1f * got.Max(Math.Abs);
        var onset = Array.FindIndex(got, v => Math.Abs(v) > level);
        // Within half of the vocoder's window.
        Assert.InRange(onset, (16_000 / tempo) - 400, (16_000 / tempo) + 400);
        Assert.InRange(Pitch(got[(int)(18_000 / tempo)..(int)(27_000 / tempo)]), 136, 144);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(3001)]
    public void Apply_AnyLength_GivesThatOverTheTempoAndFiniteSamples(int length)
    {
        var got = ProsodyChange.Apply(TestSignals.Noise(length, 1), 2, 0.9);
        Assert.Equal((int)Math.Round(length / 0.9), got.Length);
        Assert.All(got, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Apply_OnManyThreads_IsTheSame()
    {
        var vowel = Vowel(200, 16_000);
        var expected = ProsodyChange.Apply(vowel, 2, 1.1);
        var got = new float[8][];
        Parallel.For(0, got.Length, i => got[i] = ProsodyChange.Apply(vowel, 2, 1.1));
        Assert.All(got, one => Assert.Equal(expected, one));
    }

    [Theory]
    [InlineData(13, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0, 0.4)]
    [InlineData(0, double.NaN)]
    public void Apply_OutOfRange_IsRefused(double semitones, double tempo) =>
        Assert.Throws<ModelException>(() => ProsodyChange.Apply(new float[100], semitones, tempo));

    /// <summary>A train of pulses with a vibrato of 3 %, through three resonances (Fant, 1960).</summary>
    private static float[] Vowel(double pitch, int length)
    {
        var sound = new double[length];
        var phase = 0.0;
        for (var i = 0; i < length; i++)
        {
            phase += pitch * (1 + (0.03 * Math.Sin(2 * Math.PI * 3 * i / 16000))) / 16000;
            if (phase >= 1)
            {
                phase -= 1;
                sound[i] = 1;
            }

            // The glottis falls by 6 dB an octave or so.
            sound[i] += i > 0 ? 0.7 * sound[i - 1] : 0;
        }

        foreach (var hertz in Formants)
        {
            var radius = Math.Exp(-Math.PI * 100 / 16000);
            var (a, b) = (2 * radius * Math.Cos(2 * Math.PI * hertz / 16000), -radius * radius);
            for (var i = 0; i < length; i++)
            {
                var (before, second) = (i > 0 ? sound[i - 1] : 0, i > 1 ? sound[i - 2] : 0);
                sound[i] = ((1 - a - b) * sound[i]) + (a * before) + (b * second);
            }
        }

        var peak = sound.Max(Math.Abs);
        return [.. sound.Select(v => (float)(0.4 * v / peak))];
    }

    /// <summary>The lag of the highest autocorrelation, between samples by a parabola.</summary>
    private static double Pitch(float[] sound)
    {
        var (first, count) = (sound.Length / 4, sound.Length / 2);
        double At(int lag) =>
            Enumerable.Range(first, count - 300).Sum(i => (double)sound[i] * sound[i + lag]);
        var best = Enumerable.Range(16000 / 300, 16000 / 80 - 16000 / 300).MaxBy(At);
        var (before, there, after) = (At(best - 1), At(best), At(best + 1));
        return 16000 / (best + (0.5 * (before - after) / (before - (2 * there) + after)));
    }

    /// <summary>
    /// The factor on the frequency axis that lays one sound's envelope (log power smoothed over 400 Hz, its level taken
    /// out) best on the other's, from 200 to 3,500 Hz.
    /// </summary>
    private static double EnvelopeStretch(float[] from, float[] to)
    {
        var (one, other) = (Envelope(from), Envelope(to));
        return Enumerable.Range(70, 71).Select(i => i / 100.0).MinBy(stretch =>
        {
            var gaps = Enumerable.Range(20, 331).Select(k => one[k] - other[(int)Math.Round(k * stretch)]).ToArray();
            return gaps.Sum(gap => (gap - gaps.Average()) * (gap - gaps.Average()));
        });
    }

    /// <summary>Every 10 Hz.</summary>
    private static double[] Envelope(float[] sound)
    {
        const int Size = 8192;
        var (real, imaginary) = (new float[Size], new float[Size]);
        for (var i = 0; i < Size; i++)
        {
            real[i] = sound[(sound.Length / 4) + i] * (0.5f - (0.5f * MathF.Cos(2 * MathF.PI * i / Size)));
        }

        new FourierTransform(Size).Forward(real, imaginary);
        return [.. Enumerable.Range(0, 500).Select(k => Math.Log(Enumerable.Range(1, 3000)
            .Select(bin => (Away: Math.Abs((bin * 16000.0 / Size) - (10 * k)), Bin: bin))
            .Where(at => at.Away < 200)
            .Sum(at => ((real[at.Bin] * real[at.Bin]) + (imaginary[at.Bin] * imaginary[at.Bin]))
                * (1 + Math.Cos(Math.PI * at.Away / 200)))))];
    }
}
