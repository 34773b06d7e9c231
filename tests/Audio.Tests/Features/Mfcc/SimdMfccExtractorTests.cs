using NWaves.FeatureExtractors;
using NWaves.FeatureExtractors.Base;
using NWaves.FeatureExtractors.Options;
using NWaves.Signals;
using NWaves.Windows;
using Speaker.Audio.Features.Mfcc;

namespace Speaker.Audio.Tests.Features.Mfcc;

/// <summary>Against NWaves' own extractor, option by option and by chance, and what it does beyond that one.</summary>
public class SimdMfccExtractorTests
{
    /// <summary>Of the largest magnitude in a frame.</summary>
    private const double Tolerance = 1e-4;

    public static TheoryData<string> DctTypes => [.. MfccCases.DctTypes];

    public static TheoryData<WindowType> Windows => [.. Enum.GetValues<WindowType>()];

    public static TheoryData<NonLinearityType> NonLinearities => [.. Enum.GetValues<NonLinearityType>()];

    [Theory]
    [MemberData(nameof(DctTypes))]
    public void ComputeFrom_AnyDctType_GivesNWavesNumbers(string type)
    {
        foreach (var (cepstra, bands) in new[] { (1, 2), (2, 2), (13, 24), (24, 24), (60, 80), (7, 23) })
        {
            foreach (var lifter in new[] { -1, 0, 22 })
            {
                var options = MfccCases.Shipped(cepstra, bands);
                (options.DctType, options.LifterSize) = (type, lifter);
                AssertNWavesNumbers(options, MfccCases.Sound(8000, 1));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void ComputeFrom_AnyWindow_GivesNWavesNumbers(WindowType window)
    {
        foreach (var frame in new[] { 400, 401, 512, 25 })
        {
            var options = MfccCases.Shipped(13, 24);
            (options.Window, options.FrameSize, options.HopSize) = (window, frame, 1 + (frame / 3));
            AssertNWavesNumbers(options, MfccCases.Sound(8000, 2));
        }
    }

    [Theory]
    [MemberData(nameof(NonLinearities))]
    public void ComputeFrom_AnyNonLinearityAndSpectrum_GivesNWavesNumbers(NonLinearityType nonLinearity)
    {
        foreach (var spectrum in Enum.GetValues<SpectrumType>())
        {
            foreach (var floor in new[] { float.Epsilon, 1e-10f, 0.1f, 10 })
            {
                foreach (var energy in new[] { false, true })
                {
                    var options = MfccCases.Shipped(13, 24);
                    (options.NonLinearity, options.SpectrumType) = (nonLinearity, spectrum);
                    (options.LogFloor, options.LogEnergyFloor, options.IncludeEnergy) = (floor, floor, energy);
                    AssertNWavesNumbers(options, MfccCases.Sound(8000, 3));
                }
            }
        }
    }

    /// <summary>600 cases; one that fails is named with its seed and options.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(200)]
    [InlineData(300)]
    [InlineData(400)]
    [InlineData(500)]
    public void ComputeFrom_OptionsByChance_GivesNWavesNumbers(int first)
    {
        for (var seed = first; seed < first + 100; seed++)
        {
            var options = MfccCases.Random(seed);
            AssertNWavesNumbers(options, MfccCases.Sound(options.SamplingRate / 4, seed), $"Seed {seed}: ");
        }
    }

    [Fact]
    public void ComputeFrom_NWavesOtherMfccOptions_GivesNWavesNumbers()
    {
        var sound = MfccCases.Sound(8000, 4);
        AssertNWavesNumbers(new MfccHtkOptions(16000, 13, 0.025), sound);
        AssertNWavesNumbers(new MfccSlaneyOptions(16000, 13, 0.025), sound);
    }

    [Fact]
    public void ComputeFrom_HopsLongerThanFrames_GivesNWavesNumbers()
    {
        var options = MfccCases.Shipped(13, 24);
        foreach (var hop in new[] { 401, 1000, 5000 })
        {
            options.HopSize = hop;
            AssertNWavesNumbers(options, MfccCases.Sound(8000, 5));
        }

        options.HopSize = int.MaxValue;
        Assert.Single(new SimdMfccExtractor(options).ComputeFrom(new float[8000]));
    }

    /// <summary>NWaves rounds durations to the nearest sample: here 257, more than a transform of 256 holds.</summary>
    [Fact]
    public void ComputeFrom_DurationBetweenTwoSamples_GivesNWavesNumbers()
    {
        var options = new MfccOptions
        {
            SamplingRate = 44100, FeatureCount = 13, FrameDuration = 256.65 / 44100, HopDuration = 99.5 / 44100,
        };
        AssertNWavesNumbers(options, MfccCases.Sound(8000, 12));
    }

    [Fact]
    public void ComputeFrom_FloorOfZeroOnSilence_IsNotANumberAsInNWaves()
    {
        var options = MfccCases.Shipped(13, 24);
        (options.LogFloor, options.LogEnergyFloor, options.IncludeEnergy) = (0, 0, true);
        var (theirs, ours) = (new MfccExtractor(options), new SimdMfccExtractor(options));

        Assert.Equal(theirs.ComputeFrom(new float[800]), ours.ComputeFrom(new float[800]));
        Assert.Equal(float.NegativeInfinity, ours.ComputeFrom(new float[800])[0][0]);
    }

    [Fact]
    public void Surface_OfTheBase_IsNWaves()
    {
        foreach (var energy in new[] { false, true })
        {
            var options = new MfccOptions { SamplingRate = 16000, FeatureCount = 13, IncludeEnergy = energy };
            FeatureExtractor theirs = new MfccExtractor(options);
            FeatureExtractor ours = new SimdMfccExtractor(options);

            Assert.Equal(theirs.FeatureCount, ours.FeatureCount);
            Assert.Equal(theirs.FeatureDescriptions, ours.FeatureDescriptions);
            Assert.Equal(theirs.DeltaFeatureDescriptions, ours.DeltaFeatureDescriptions);
            Assert.Equal((theirs.FrameSize, theirs.HopSize), (ours.FrameSize, ours.HopSize));
            Assert.Equal((theirs.FrameDuration, theirs.HopDuration), (ours.FrameDuration, ours.HopDuration));
            Assert.Equal(theirs.SamplingRate, ours.SamplingRate);
            Assert.Equal(theirs.TimeMarkers(5), ours.TimeMarkers(5));
            Assert.Equal(theirs.IsParallelizable(), ours.IsParallelizable());
            Assert.Empty(ours.ComputeFrom(new float[399]));
        }
    }

    [Fact]
    public void ComputeFrom_AnyDoorOfTheBase_GivesTheSameBits()
    {
        var extractor = new SimdMfccExtractor(MfccCases.Shipped());
        var sound = MfccCases.Sound(16000, 6);
        var list = extractor.ComputeFrom(sound);
        var flat = new float[list.Count * 60];
        var online = new List<float[]>();
        var stream = new OnlineFeatureExtractor(new SimdMfccExtractor(MfccCases.Shipped()));
        for (var start = 0; start < sound.Length; start += 1000)
        {
            online.AddRange(stream.ComputeFrom(sound[start..(start + 1000)]));
        }

        Assert.Equal(98, extractor.ComputeFrom(sound, 0, flat));
        Assert.Equal(list.SelectMany(vector => vector), flat);
        Assert.Equal(list, extractor.ComputeFrom(new DiscreteSignal(16000, sound)));
        Assert.Equal(list, extractor.ParallelComputeFrom(sound, 3));
        Assert.Equal(list, extractor.ParallelCopy().ComputeFrom(sound));
        Assert.Equal(list[0], online[0]);
    }

    [Fact]
    public void ProcessFrame_ABlock_GivesNWavesNumbers()
    {
        var options = MfccCases.Shipped(13, 24);
        var block = MfccCases.Sound(512, 7);
        var before = (float[])block.Clone();
        var (theirs, ours) = (new float[13], new float[13]);

        new MfccExtractor(options).ProcessFrame((float[])block.Clone(), theirs);
        new SimdMfccExtractor(options).ProcessFrame(block, ours);

        AssertClose(theirs, ours, () => "one frame");
        Assert.Equal(before, block);
    }

    [Fact]
    public void ComputeFrom_PartOfTheSamples_GivesTheFramesOfTheWhole()
    {
        var extractor = new SimdMfccExtractor(MfccCases.Shipped());
        var sound = MfccCases.Sound(16000, 8);
        var whole = extractor.ComputeFrom(sound);
        var flat = new float[11 * 60];

        var part = extractor.ComputeFrom(sound, 3 * 160, (3 * 160) + 400 + (10 * 160) + 159);
        extractor.ComputeFrom(sound.AsSpan(3 * 160, 400 + (10 * 160)), sound[(3 * 160) - 1], flat);

        Assert.Equal(whole[3..14], part);
        Assert.Equal(whole[3..14].SelectMany(vector => vector), flat);
    }

    /// <summary>Neither the frame in the next lane, nor which lane it is, nor how many are used matters.</summary>
    [Fact]
    public void ComputeFrom_FramesByThemselves_GivesTheSameBits()
    {
        var extractor = new SimdMfccExtractor(MfccCases.Shipped());
        var sound = MfccCases.Sound(8000, 9);
        var whole = extractor.ComputeFrom(sound);
        sound[20 * 160] = float.NaN;
        var spoiled = extractor.ComputeFrom(sound);

        for (var frame = 0; frame < whole.Count; frame++)
        {
            var nan = frame is >= 18 and <= 20;
            Assert.Equal(nan, float.IsNaN(spoiled[frame][0]));
            if (!nan)
            {
                Assert.Equal(whole[frame], spoiled[frame]);
                Assert.Equal(whole[frame], extractor.ComputeFrom(sound, frame * 160, (frame * 160) + 400)[0]);
            }
        }
    }

    [Fact]
    public void Options_ChangedAfterwards_ChangeNothing()
    {
        var options = MfccCases.Shipped(13, 24);
        options.FilterBank = new MfccExtractor(options).FilterBank;
        var extractor = new SimdMfccExtractor(options);
        var sound = MfccCases.Sound(8000, 10);
        var before = extractor.ComputeFrom(sound);

        (options.NonLinearity, options.DctType, options.IncludeEnergy) = (NonLinearityType.None, "1", true);
        options.FilterBank[5][40] = 3;

        Assert.Equal(before, extractor.ComputeFrom(sound));
        Assert.Equal(before, extractor.ParallelCopy().ComputeFrom(sound));
    }

    [Fact]
    public void ComputeFrom_AfterConstruction_AllocatesNothing()
    {
        foreach (var nonLinearity in Enum.GetValues<NonLinearityType>())
        {
            var options = MfccCases.Shipped();
            (options.NonLinearity, options.IncludeEnergy) = (nonLinearity, true);
            var extractor = new SimdMfccExtractor(options);
            var sound = MfccCases.Sound(16000, 11);
            var flat = new float[98 * 60];
            var vectors = Enumerable.Range(0, 98).Select(_ => new float[60]).ToArray();
            var block = new float[512];

            Assert.Equal(0, Allocations.Of(Run));

            void Run()
            {
                extractor.ComputeFrom(sound, 0, flat);
                extractor.ComputeFrom(sound, 0, sound.Length, vectors);
                extractor.ProcessFrame(block, vectors[0]);
            }
        }
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { nameof(MfccOptions.SamplingRate), "SamplingRate is 0" },
        { nameof(MfccOptions.FeatureCount), "FeatureCount is 25; it must be from 1 to the filter bank's size, 24" },
        { nameof(MfccOptions.FftSize), "600 points" },
        { nameof(MfccOptions.DctType), "DctType is \"5\"" },
        { nameof(MfccOptions.HighFrequency), "HighFrequency 9000" },
        { nameof(MfccOptions.LowFrequency), "LowFrequency is 8000" },
        { nameof(MfccOptions.FrameDuration), "FrameDuration 1E-06" },
        { nameof(MfccOptions.HopDuration), "HopDuration 1E-06" },
        { nameof(MfccOptions.FilterBankSize), "FilterBankSize is 0" },
        { nameof(MfccOptions.Window), "Window is 99" },
        { nameof(MfccOptions.NonLinearity), "NonLinearity is 99" },
        { nameof(MfccOptions.SpectrumType), "SpectrumType is 99" },
        { nameof(MfccOptions.FilterBank), "rows of different lengths" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Constructor_OptionOutOfRange_NamesIt(string option, string message)
    {
        var options = new MfccOptions { SamplingRate = 16000, FeatureCount = 13 };
        object wrong = option switch
        {
            nameof(MfccOptions.SamplingRate) or nameof(MfccOptions.FilterBankSize) => 0,
            nameof(MfccOptions.FeatureCount) => 25,
            nameof(MfccOptions.FftSize) => 600,
            nameof(MfccOptions.DctType) => "5",
            nameof(MfccOptions.HighFrequency) => 9000.0,
            nameof(MfccOptions.LowFrequency) => 8000.0,
            nameof(MfccOptions.FrameDuration) or nameof(MfccOptions.HopDuration) => 1e-6,
            nameof(MfccOptions.FilterBank) =>
                Enumerable.Range(0, 20).Select(i => new float[i == 7 ? 256 : 257]).ToArray(),
            _ => 99,
        };
        typeof(MfccOptions).GetProperty(option)!.SetValue(options, wrong);

        var exception = Assert.Throws<ArgumentException>(() => new SimdMfccExtractor(options));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ComputeFrom_NoRoom_SaysWhatMustFit()
    {
        var extractor = new SimdMfccExtractor(MfccCases.Shipped());
        var sound = new float[560];

        Assert.Contains(
            "room for 119 values; 2 frames of 60",
            Assert.Throws<ArgumentException>(() => extractor.ComputeFrom(sound, 0, new float[119])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "1 vectors; there must be one for each of 2 frames",
            Assert.Throws<ArgumentException>(() => extractor.ComputeFrom(sound, 0, 560, [new float[60]])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "vector has 59 values",
            Assert.Throws<ArgumentException>(() => extractor.ComputeFrom(sound, 0, 400, [new float[59]])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "block has 400 samples; it must have 512",
            Assert.Throws<ArgumentException>(() => extractor.ProcessFrame(new float[400], new float[60])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => extractor.ComputeFrom(sound, -1, 500, [new float[60]]));
        Assert.Throws<ArgumentOutOfRangeException>(() => extractor.ComputeFrom(sound, 0, 561, [new float[60]]));
    }

    private static void AssertNWavesNumbers(MfccOptions options, float[] sound, string name = "")
    {
        // Of a frame whose pre-emphasis is still to come NWaves reads the sample before, be it behind the end.
        float[] samples = [.. sound, .. new float[options.SamplingRate]];
        var ours = new SimdMfccExtractor(options).ComputeFrom(samples, 0, sound.Length);
        var theirs = new MfccExtractor(options).ComputeFrom(samples, 0, sound.Length);
        var energies = theirs.Select(vector => vector[0]).ToArray();
        if (options.IncludeEnergy)
        {
            // What the other coefficients are small against is the cosine transform's first.
            options.IncludeEnergy = false;
            theirs = new MfccExtractor(options).ComputeFrom(samples, 0, sound.Length);
            options.IncludeEnergy = true;
        }

        Assert.True(theirs.Count == ours.Count, $"{name}{ours.Count} frames instead of {theirs.Count}.");
        for (var frame = 0; frame < theirs.Count; frame++)
        {
            string Name() => $"{name}frame {frame} of {MfccCases.Describe(options)}";
            if (options.IncludeEnergy)
            {
                AssertClose(energies[frame], ours[frame][0], Tolerance * Math.Max(1, Math.Abs(energies[frame])), Name);
                ours[frame][0] = theirs[frame][0];
            }

            AssertClose(theirs[frame], ours[frame], Name);
        }
    }

    private static void AssertClose(float[] expected, float[] actual, Func<string> name)
    {
        Assert.Equal(expected.Length, actual.Length);
        var largest = expected.Max(Math.Abs);
        for (var k = 0; k < expected.Length; k++)
        {
            AssertClose(expected[k], actual[k], Tolerance * largest, name);
        }
    }

    private static void AssertClose(float expected, float actual, double tolerance, Func<string> name)
    {
        if (!(Math.Abs(expected - actual) <= tolerance))
        {
            Assert.Fail($"{actual} instead of {expected}, to {tolerance}: {name()}");
        }
    }
}
