using Speaker.Audio.Quality;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Quality;

public class OffsetTests
{
    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(4097, -0.3)]
    [InlineData(1_000_000, 0.01)]
    public void Remove_Constant_LeavesZero(int length, float offset)
    {
        var samples = Enumerable.Repeat(offset, length).ToArray();

        Offset.Remove(samples, samples);

        Assert.All(samples, value => Assert.Equal(0, value, 1e-7f));
    }

    [Fact]
    public void Remove_ToneOnAnOffset_LeavesTheTone()
    {
        var tone = Signals.Sine(100, 1);
        var result = new float[tone.Length];

        Offset.Remove([.. tone.Select(value => value + 0.25f)], result);

        for (var i = 0; i < tone.Length; i++)
        {
            Assert.Equal(tone[i], result[i], 1e-6f);
        }
    }
}
