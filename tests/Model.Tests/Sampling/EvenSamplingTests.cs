using Speaker.Audio.Utterances;
using Speaker.Numerics;
using Speaker.Training.Sampling;

namespace Speaker.Training.Tests.Sampling;

public class EvenSamplingTests
{
    [Fact]
    public void Draw_EvenUtterances_DrawsAClassAsOftenAsItHasUtterances()
    {
        SpeakerClass[] classes = [new(0, 0, "a", [.. Enumerable.Range(0, 30)], 30), new(1, 0, "a", [30, 31, 32], 3000)];
        var options = new SamplingOptions { Speakers = 4, Utterances = 3, EvenUtterances = true };
        var sampler = new SpeakerSampler(classes, options);
        var drawn = Enumerable.Range(0, 2000).SelectMany(step => sampler.Draw(SplitRandom.For(1, step))).ToArray();
        Assert.Equal(2000 * 12, drawn.Length);
        Assert.All(drawn, p => Assert.Contains(p.Utterance, classes[p.Class].Utterances));
        // 24,000 draws, one in eleven: a standard deviation of 0.0019.
        Assert.Equal(1 / 11.0, drawn.Count(p => p.Class == 1) / 24000.0, 0.008);
        Assert.All(drawn.GroupBy(p => p.Utterance), g => Assert.Equal(1 / 33.0, g.Count() / 24000.0, 0.005));
    }
}
