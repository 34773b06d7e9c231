using Speaker.Audio.Features;
using Speaker.Audio.Tests.Support;
using Speaker.Audio.Utterances;

namespace Speaker.Audio.Tests.Utterances;

/// <summary>Alone: what other tests hold would count.</summary>
[CollectionDefinition(nameof(HeapTests), DisableParallelization = true)]
public sealed class HeapTests;

[Collection(nameof(HeapTests))]
public class LongRecordingMemoryTests
{
    [Fact]
    public void ReadSegments_HalfAnHour_HoldsAFractionOfItsSamples()
    {
        const double seconds = 1800;
        const long samplesBytes = (long)(seconds * 16000 * sizeof(float));
        var reader = new UtteranceReader(new FrontEndSpecification(), new UtteranceOptions());
        var source = new EndlessVoice(seconds);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        long frames = 0;
        var end = 0.0;
        foreach (var segment in reader.ReadSegments(source, seconds, default))
        {
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            frames += Assert.IsType<Utterance>(segment.Result).Features.Frames;
            Assert.InRange(segment.EndSeconds - end, 30, 90);
            end = segment.EndSeconds;
        }

        Assert.Equal(seconds, end);
        // As many a second as in a minute of the same, heard at once.
        const double minute = 65;
        var piece = Assert.IsType<Utterance>(
            Assert.Single(reader.ReadSegments(new EndlessVoice(minute), minute, default)).Result);
        var expected = piece.Features.Frames * seconds / minute;
        Assert.InRange(frames, 0.99 * expected, 1.01 * expected);
        Assert.InRange(most, 0, samplesBytes / 4);
    }
}
