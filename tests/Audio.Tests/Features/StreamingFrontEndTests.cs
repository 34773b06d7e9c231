using Speaker.Audio.Features;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Features;

public class StreamingFrontEndTests
{
    private static readonly FrontEndSpecification[] Specifications =
    [
        new(),
        new() { Cepstra = 13, MelBands = 26, Window = "hann", LifterSize = 22 },
        new() { FrameLength = 401, HopLength = 133, PreEmphasis = 0 },
        new() { KaldiFrames = true, Window = "povey" },
        new() { FrameLength = 512, HopLength = 512 },
        new() { FrameLength = 64, HopLength = 1, FftSize = 64, MelBands = 8, Cepstra = 8 },
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(159)]
    [InlineData(160)]
    [InlineData(161)]
    [InlineData(400)]
    [InlineData(1000)]
    [InlineData(16000)]
    [InlineData(100000)]
    public void Push_BlocksOfOneLength_GivesTheFramesOfTheWhole(int length)
    {
        var samples = Sound();
        foreach (var specification in Specifications)
        {
            var streamed = Push(new StreamingFrontEnd(specification), samples, () => length);

            AssertFramesOfTheWhole(specification, samples, streamed);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Push_BlocksOfRandomLength_GivesTheFramesOfTheWhole(int seed)
    {
        var random = new Random(seed);
        var samples = Sound();
        foreach (var specification in Specifications)
        {
            var streamed = Push(
                new StreamingFrontEnd(specification), samples, () => (int)Math.Pow(16001, random.NextDouble()) - 1);

            AssertFramesOfTheWhole(specification, samples, streamed);
        }
    }

    [Fact]
    public void Push_SampleBySample_HandsAFrameOutWithItsLastSample()
    {
        var stream = new StreamingFrontEnd(new FrontEndSpecification());
        var frame = new float[60];
        for (var i = 1; i <= 1000; i++)
        {
            var complete = i >= 400 && (i - 400) % 160 == 0 ? 1 : 0;
            Assert.Equal(complete, stream.CountFrames(1));
            Assert.Equal(complete, stream.Push([0.1f], frame));
        }
    }

    [Fact]
    public void Push_NoRoomForTheFrames_TakesNoSample()
    {
        var samples = Sound();
        var stream = new StreamingFrontEnd(new FrontEndSpecification());

        var exception = Assert.Throws<ArgumentException>(() => stream.Push(samples.AsSpan(0, 560), new float[119]));

        Assert.Contains("room for 119 values; 2 frames of 60 must fit", exception.Message, StringComparison.Ordinal);
        AssertFramesOfTheWhole(new FrontEndSpecification(), samples, Push(stream, samples, () => 560));
    }

    [Fact]
    public void Reset_AfterAnotherSound_ForgetsIt()
    {
        var samples = Sound();
        var stream = new StreamingFrontEnd(new FrontEndSpecification());
        Push(stream, Signals.Noise(0.333), () => 777);

        stream.Reset();

        AssertFramesOfTheWhole(new FrontEndSpecification(), samples, Push(stream, samples, () => 160));
    }

    private static float[] Sound() =>
        Signals.Join(Signals.Voice(1.2), Signals.Noise(0.7), new float[1003], Signals.Sine(440, 0.4));

    private static float[] Push(StreamingFrontEnd stream, float[] samples, Func<int> nextLength)
    {
        var streamed = new List<float>();
        for (var start = 0; start < samples.Length;)
        {
            var block = samples.AsSpan(start, Math.Min(nextLength(), samples.Length - start));
            var frames = new float[stream.CountFrames(block.Length) * stream.Specification.Cepstra];
            Assert.Equal(frames.Length, stream.Push(block, frames) * stream.Specification.Cepstra);
            streamed.AddRange(frames);
            start += block.Length;
        }

        return [.. streamed];
    }

    /// <summary>Of the whole by a front end, which a test of its own holds against the definition.</summary>
    private static void AssertFramesOfTheWhole(FrontEndSpecification specification, float[] samples, float[] streamed)
    {
        var whole = new FrontEnd(specification).Compute(samples);

        Assert.Equal(1 + ((samples.Length - specification.FrameLength) / specification.HopLength), whole.Frames);
        Assert.Equal(whole.Values.Length, streamed.Length);
        for (var i = 0; i < streamed.Length; i++)
        {
            Assert.Equal(whole.Values[i], streamed[i], 1e-6 * Math.Max(1, Math.Abs(whole.Values[i])));
        }
    }
}
