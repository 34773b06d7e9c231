using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.StandIn;

/// <summary>NWaves itself allocates about 20 bytes a frame; the stand-in nothing.</summary>
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
}
