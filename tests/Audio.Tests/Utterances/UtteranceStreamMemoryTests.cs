using Speaker.Audio.Features;
using Speaker.Audio.Tests.Support;
using Speaker.Audio.Utterances;

namespace Speaker.Audio.Tests.Utterances;

[Collection(nameof(HeapTests))]
public class UtteranceStreamMemoryTests
{
    [Fact]
    public void Take_MinutesOfSound_HoldsNoMoreThanAfterHalfAMinute()
    {
        var stream = new UtteranceStream(new FrontEndSpecification { SpeechMargin = 0.3 }, new UtteranceOptions());
        Push(30);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var frames = Push(240);

        // What was taken is 60 times the bound.
        Assert.InRange(frames, 6_000, 24_000);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 100_000);
        GC.KeepAlive(stream);

        int Push(double seconds)
        {
            var source = new EndlessVoice(seconds);
            var block = new float[1600];
            var taken = 0;
            for (var read = source.Read(block); read > 0; read = source.Read(block))
            {
                stream.Push(block.AsSpan(0, read));
                taken += stream.Take(out _).Frames;
            }

            return taken;
        }
    }
}
