using Speaker.Audio.Features;
using Speaker.Evaluation.SpeechDetection;

namespace Speaker.Tests.Evaluation.SpeechDetection;

public class EnergyLabelsTests
{
    private static readonly FrontEndSpecification FrontEnd = new();

    [Fact]
    public void Of_LoudStretch_IsLabelledWithItsHangover()
    {
        var samples = Noise(3 * 16000, 0.001f);
        Noise(16000, 0.3f).CopyTo(samples, 16000);

        var labels = EnergyLabels.Of(samples, FrontEnd);

        Assert.NotNull(labels);
        Assert.Equal(298, labels.Length);
        // 100 frames, those that straddle the edges, and 50 ms on either side.
        Assert.InRange(Array.IndexOf(labels, true), 92, 96);
        Assert.InRange(Array.LastIndexOf(labels, true), 203, 206);
        Assert.Equal(
            Array.LastIndexOf(labels, true) - Array.IndexOf(labels, true) + 1, labels.Count(label => label));
    }

    [Fact]
    public void Of_Click_IsDropped()
    {
        var samples = Noise(3 * 16000, 0.001f);
        Noise(16000, 0.3f).CopyTo(samples, 16000);
        // In two frames only.
        samples[40100] = 0.5f;

        var labels = EnergyLabels.Of(samples, FrontEnd);

        Assert.NotNull(labels);
        Assert.False(labels[249]);
    }

    [Fact]
    public void Of_WordCutOutTightly_IsSpeechThroughout() =>
        Assert.All(EnergyLabels.Of(Noise(16000, 0.1f), FrontEnd)!, Assert.True);

    [Fact]
    public void Of_LongSoundWithoutRange_IsNotLabelled()
    {
        Assert.Null(EnergyLabels.Of(Noise(3 * 16000, 0.1f), FrontEnd));
        Assert.Null(EnergyLabels.Of(new float[100], FrontEnd));
    }

    private static float[] Noise(int count, float amplitude)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => amplitude * (float)((2 * random.NextDouble()) - 1))];
    }
}
