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
        frontEnd.Compute(samples);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var features = frontEnd.Compute(samples);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(allocated, 0, (features.Values.Length * sizeof(float)) + 256);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Push_AfterConstruction_AllocatesNothing(bool kaldiFrames)
    {
        var stream = new StreamingFrontEnd(new FrontEndSpecification { KaldiFrames = kaldiFrames });
        var samples = Signals.Voice(2);
        var frames = new float[stream.CountFrames(samples.Length) * 60];
        stream.Push(samples, frames);
        stream.Reset();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var start = 0; start < samples.Length; start += 160)
        {
            stream.Push(samples.AsSpan(start, 160), frames);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
