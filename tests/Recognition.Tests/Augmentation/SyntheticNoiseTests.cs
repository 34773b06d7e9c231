using Speaker.Augmentation;
using Speaker.Numerics;

namespace Speaker.Tests.Augmentation;

public class SyntheticNoiseTests
{
    [Fact]
    public void Draw_ManySounds_AreFiniteAndAsLoudAsSaid()
    {
        var kinds = new HashSet<float>();
        for (var number = 0; number < 60; number++)
        {
            var sound = SyntheticNoise.Draw(16000, SplitRandom.For(number));

            Assert.All(sound, sample => Assert.True(float.IsFinite(sample)));
            var peak = sound.Max(MathF.Abs);
            Assert.True(peak == 0 || Math.Abs(peak - 0.5f) < 1e-5, $"sound {number} has a peak of {peak}");
            kinds.Add(sound[8000]);
        }

        Assert.InRange(kinds.Count, 40, 60);
    }

    [Fact]
    public void Draw_SameStream_GivesTheSameSamples() => Assert.Equal(
        SyntheticNoise.Draw(8000, SplitRandom.For(5)), SyntheticNoise.Draw(8000, SplitRandom.For(5)));
}
