using Speaker.Audio.Features;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Features;

/// <summary>The front end allocates its buffers when it is made, and after that the features that it returns.</summary>
public class FrontEndAllocationTests
{
    [Fact]
    public void Compute_AfterTheFirstCall_AllocatesOnlyTheFeatures()
    {
        var frontEnd = new FrontEnd(new FrontEndSpecification());
        var samples = Signals.Voice(2);
        var values = frontEnd.Compute(samples).Values.Length;

        Assert.InRange(Allocations.Of(() => frontEnd.Compute(samples)), 0, (values * sizeof(float)) + 256);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Push_AfterConstruction_AllocatesNothing(bool kaldiFrames)
    {
        var stream = new StreamingFrontEnd(new FrontEndSpecification { KaldiFrames = kaldiFrames });
        var samples = Signals.Voice(2);
        var frames = new float[stream.CountFrames(samples.Length) * 60];

        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var start = 0; start < samples.Length; start += 160)
            {
                stream.Push(samples.AsSpan(start, 160), frames);
            }
        }));
    }
}
