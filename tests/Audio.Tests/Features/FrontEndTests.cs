using Microsoft.Extensions.Options;
using System.Text.Json;
using Speaker.Audio.Features;
using Speaker.Audio.SpeechDetection;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Features;

public class FrontEndTests
{
    private static readonly Dictionary<string, FrontEndSpecification> Specifications = new()
    {
        ["the default"] = new FrontEndSpecification(),
        ["fewer bands"] = new FrontEndSpecification { Cepstra = 40, MelBands = 64 },
        ["a Hann window, liftered"] = new FrontEndSpecification
        {
            Cepstra = 13, MelBands = 26, Window = "hann", LifterSize = 22,
        },
        ["a Blackman window, no pre-emphasis"] = new FrontEndSpecification
        {
            Cepstra = 20, MelBands = 41, Window = "blackman", PreEmphasis = 0,
        },
        ["a longer transform"] = new FrontEndSpecification
        {
            FftSize = 1024, FrameLength = 640, HopLength = 200, Window = "rectangular",
        },
        ["odd lengths, the whole band"] = new FrontEndSpecification
        {
            FrameLength = 401, HopLength = 133, LowFrequency = 0, HighFrequency = 8000,
        },
        ["Kaldi's frames"] = new FrontEndSpecification { KaldiFrames = true, Window = "povey", LifterSize = 22 },
        ["Kaldi's frames, odd lengths"] = new FrontEndSpecification
        {
            KaldiFrames = true, FrameLength = 401, HopLength = 133, PreEmphasis = 0.5,
        },
    };

    /// <summary>By the message that names the value and its bound.</summary>
    private static readonly Dictionary<string, FrontEndSpecification> Wrong = new()
    {
        ["FftSize = 500, must be a power of two"] = new FrontEndSpecification { FftSize = 500 },
        ["FftSize = 256, must be from 400"] = new FrontEndSpecification { FftSize = 256 },
        ["Cepstra = 81, must be from 1 to 80"] = new FrontEndSpecification { Cepstra = 81 },
        ["HighFrequency = 9,000, must be from 1 to 8,000"] = new FrontEndSpecification { HighFrequency = 9000 },
        ["LowFrequency = 7,600"] = new FrontEndSpecification { LowFrequency = 7600 },
        ["Window = 'kaiser'"] = new FrontEndSpecification { Window = "kaiser" },
        ["KaldiFrames = false, must be true where Window is 'povey'"] = new FrontEndSpecification { Window = "povey" },
        ["LogFloor = 0"] = new FrontEndSpecification { LogFloor = 0 },
        ["HopLength = 0"] = new FrontEndSpecification { HopLength = 0 },
        ["SpeechDetector.FrameThreshold = 1.5, must be above 0 and below 1"] = new FrontEndSpecification { SpeechDetector = new() { FrameThreshold = 1.5 } },
    };

    public static TheoryData<string> SpecificationNames => [.. Specifications.Keys];

    public static TheoryData<string> Messages => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(SpecificationNames))]
    public void Compute_AnySpecification_IsTheDefinition(string name)
    {
        var specification = Specifications[name];
        var samples = Signals.Join(Signals.Voice(0.4), Signals.Noise(0.3), new float[1000], Signals.Sine(440, 0.2));

        var features = new FrontEnd(specification).Compute(samples);

        Assert.Equal(
            1 + ((samples.Length - specification.FrameLength) / specification.HopLength), features.Frames);
        Assert.Equal(specification.Cepstra, features.Coefficients);
        for (var frame = 0; frame < features.Frames; frame += 3)
        {
            var expected = NaiveMfcc.Frame(specification, samples, frame);
            var largest = expected.Max(Math.Abs);
            for (var k = 0; k < expected.Length; k++)
            {
                Assert.Equal(expected[k], features.Row(frame)[k], 1e-4 * largest);
            }
        }
    }

    [Fact]
    public void Compute_MoreFramesThanAChunk_IsTheDefinitionAtTheSeams()
    {
        var specification = new FrontEndSpecification();
        var samples = Signals.Voice(3);

        var features = new FrontEnd(specification).Compute(samples);

        foreach (var frame in new[] { 0, 31, 32, 33, 125, 126, 127, features.Frames - 1 })
        {
            var expected = NaiveMfcc.Frame(specification, samples, frame);
            for (var k = 0; k < expected.Length; k++)
            {
                Assert.Equal(expected[k], features.Row(frame)[k], 2e-3);
            }
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(399, 0)]
    [InlineData(400, 1)]
    [InlineData(559, 1)]
    [InlineData(560, 2)]
    public void Compute_FewSamples_GivesWholeFramesOnly(int samples, int frames)
    {
        var frontEnd = new FrontEnd(new FrontEndSpecification());

        Assert.Equal(frames, frontEnd.Compute(new float[samples]).Frames);
        Assert.Equal(frames, frontEnd.Specification.CountFrames(samples));
    }

    [Fact]
    public void Compute_Twice_GivesTheSameBits()
    {
        var frontEnd = new FrontEnd(new FrontEndSpecification());
        var samples = Signals.Voice(1);

        var first = frontEnd.Compute(samples);
        frontEnd.Compute(Signals.Noise(2));

        Assert.Equal(first.Values, frontEnd.Compute(samples).Values);
    }

    [Fact]
    public void Compute_WithAMask_GivesThoseRowsOfTheWhole()
    {
        var frontEnd = new FrontEnd(new FrontEndSpecification());
        var samples = Signals.Voice(2);
        var whole = frontEnd.Compute(samples);
        var keep = Enumerable.Range(0, whole.Frames).Select(frame => frame % 3 != 1).ToArray();

        var kept = frontEnd.Compute(samples, keep, keep.Count(value => value), 1);

        var row = 0;
        for (var frame = 0; frame < whole.Frames; frame++)
        {
            if (keep[frame])
            {
                Assert.Equal(whole.Row(frame).ToArray(), kept.Row(row++).ToArray());
            }
        }

        Assert.Equal(kept.Frames, row);
    }

    [Theory]
    [InlineData(nameof(FeatureNormalisation.None))]
    [InlineData(nameof(FeatureNormalisation.Mean))]
    [InlineData(nameof(FeatureNormalisation.MeanAndVariance))]
    public void Normalise_AnyKind_IsTheDefinition(string kind)
    {
        var normalisation = Enum.Parse<FeatureNormalisation>(kind);
        var random = new Random(7);
        var raw = Enumerable.Range(0, 50 * 3).Select(i => (float)((i % 3 * 100) + random.NextDouble())).ToArray();
        for (var frame = 0; frame < 50; frame++)
        {
            raw[(frame * 3) + 2] = 5;
        }

        var features = new FeatureMatrix((float[])raw.Clone(), 50, 3);
        FrontEnd.Normalise(features, normalisation);

        for (var k = 0; k < 3; k++)
        {
            var column = Enumerable.Range(0, 50).Select(frame => (double)raw[(frame * 3) + k]).ToArray();
            var mean = normalisation == FeatureNormalisation.None ? 0 : column.Average();
            var deviation = normalisation == FeatureNormalisation.MeanAndVariance && k != 2
                ? Math.Sqrt(column.Select(value => (value - mean) * (value - mean)).Average())
                : 1;
            for (var frame = 0; frame < 50; frame++)
            {
                Assert.Equal((column[frame] - mean) / deviation, features.Row(frame)[k], 1e-4);
            }
        }
    }

    [Fact]
    public void Specification_ThroughJson_IsEqual()
    {
        var specification = new FrontEndSpecification
        {
            Cepstra = 30,
            KaldiFrames = true,
            Normalisation = FeatureNormalisation.MeanAndVariance,
            SpeechDetector = new SpeechDetectorSpecification { FrameThreshold = 0.25 },
        };

        var copy = JsonSerializer.Deserialize<FrontEndSpecification>(JsonSerializer.Serialize(specification));

        Assert.Equal(specification, copy);
        Assert.NotEqual(new FrontEndSpecification(), copy);
    }

    [Fact]
    public void Specification_FramesOfTheSignal_IsWrittenWithoutKaldiFrames()
    {
        var written = JsonSerializer.Serialize(new FrontEndSpecification());

        Assert.DoesNotContain(nameof(FrontEndSpecification.KaldiFrames), written, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Constructor_ValueOutOfRange_NamesItAndTheBound(string message)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => new FrontEnd(Wrong[message]));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }
}
