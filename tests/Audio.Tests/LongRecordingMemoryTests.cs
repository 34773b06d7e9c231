using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests;

/// <summary>Alone: what other tests hold would count.</summary>
[CollectionDefinition(nameof(HeapTests), DisableParallelization = true)]
public sealed class HeapTests;

[Collection(nameof(HeapTests))]
public class LongRecordingMemoryTests
{
    [Fact]
    public void ReadStretches_HalfAnHour_HoldsAFractionOfItsSamples()
    {
        const double seconds = 1800;
        const long samplesBytes = (long)(seconds * 16000 * sizeof(float));
        var reader = new UtteranceReader(new FrontEndSpecification(), new UtteranceOptions());
        var source = new EndlessVoice(seconds);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        long frames = 0;
        var end = 0.0;
        foreach (var stretch in reader.ReadStretches(source, seconds, default))
        {
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            frames += Assert.IsType<Utterance>(stretch.Result).Features.Frames;
            Assert.InRange(stretch.EndSeconds - end, 30, 90);
            end = stretch.EndSeconds;
        }

        Assert.Equal(seconds, end);
        // Ten of every thirteen seconds are voice; the detector may miss the edge of a word.
        Assert.InRange(frames, 0.95 * 10 / 13.0 * seconds * 100, seconds * 100);
        Assert.InRange(most, 0, samplesBytes / 4);
    }
}
