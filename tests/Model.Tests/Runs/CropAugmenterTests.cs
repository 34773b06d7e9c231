using Microsoft.Extensions.Options;
using Speaker.Audio.Features;
using Speaker.Augmentation;
using Speaker.Numerics;
using Speaker.Training.Runs;

namespace Speaker.Training.Tests.Runs;

public class CropAugmenterTests
{
    private static readonly CropOptions Nothing = new()
    {
        NoiseFloorProbability = 0, BandMaskProbability = 0, TimeMaskProbability = 0, WarpProbability = 0,
        QuefrencyMaskProbability = 0,
    };

    private static readonly FrontEndSpecification Whole = new() { Cepstra = 80, MelBands = 80 };

    [Fact]
    public void Apply_EveryProbabilityZero_ChangesNothing()
    {
        var crop = Crop(30, 60);
        var before = (float[])crop.Values.Clone();
        new CropAugmenter(Nothing, new FrontEndSpecification()).Apply(crop, SplitRandom.For(1));
        Assert.Equal(before, crop.Values);
    }

    [Theory]
    [InlineData(0.85)]
    [InlineData(1.0)]
    [InlineData(1.15)]
    public void Apply_Warp_IsThePaperMapOfTheFrequencies(double factor)
    {
        // A spectrum of two smooth hills, known at every frequency: the warped one is read off at the mapped ones.
        static double Hills(double mel) =>
            (5 * Math.Exp(-(mel - 900) * (mel - 900) / 2e4)) + (3 * Math.Exp(-(mel - 2000) * (mel - 2000) / 4e4)) - 8;

        var centres = Centres();
        var mel = Enumerable.Range(0, 10 * 80).Select(i => (float)Hills(ToMel(centres[i % 80]))).ToArray();
        var domain = new MelDomain(80, 80);
        var cepstra = new float[mel.Length];
        domain.ToCepstra(mel, cepstra);
        var crop = new FeatureMatrix(cepstra, 10, 80);
        var options = Nothing with { WarpProbability = 1, WarpFactor = new ValueRange(factor, factor) };
        new CropAugmenter(options, Whole).Apply(crop, SplitRandom.For(1));
        var got = new float[mel.Length];
        domain.ToMel(crop.Values, got);

        for (var j = 0; j < 80; j++)
        {
            // Jaitly and Hinton: f -> a f up to F min(a, 1) / a, then by a line to the end of the band. Its inverse by
            // bisection, for the map rises.
            var boundary = 0.6 * 7600 * Math.Min(factor, 1) / factor;
            double Map(double f) => f <= boundary
                ? f * factor
                : 7600 - ((7600 - (boundary * factor)) / (7600 - boundary) * (7600 - f));
            var (low, high) = (0.0, 7600.0);
            for (var i = 0; i < 60; i++)
            {
                var middle = (low + high) / 2;
                (low, high) = Map(middle) < centres[j] ? (middle, high) : (low, middle);
            }

            var from = Math.Clamp(low, centres[0], centres[^1]);
            // Lines between channels 35 mel apart cut the tops of hills by up to 35^2 / 8 of the curvature, 5e-4.
            for (var row = 0; row < 10; row++)
            {
                Assert.Equal(Hills(ToMel(from)), got[(row * 80) + j], 0.08);
            }
        }
    }

    [Fact]
    public void Apply_Warp_DrawsFactorsFromTheWholeRange()
    {
        // A single hill: where its top lands says the factor.
        var centres = Centres();
        var mel = Enumerable.Range(0, 80).Select(i => -Math.Abs((float)(centres[i] - 1500)) / 100).ToArray();
        var domain = new MelDomain(80, 80);
        var augmenter = new CropAugmenter(Nothing with { WarpProbability = 0.5 }, Whole);
        var tops = new List<double>();
        for (var seed = 0; seed < 400; seed++)
        {
            var cepstra = new float[80];
            domain.ToCepstra(mel, cepstra);
            augmenter.Apply(new FeatureMatrix(cepstra, 1, 80), SplitRandom.For(seed));
            var got = new float[80];
            domain.ToMel(cepstra, got);
            tops.Add(centres[Array.IndexOf(got, got.Max())]);
        }

        Assert.InRange(tops.Min(), 1500 * 0.88, 1500 * 0.94);
        Assert.InRange(tops.Max(), 1500 * 1.06, 1500 * 1.12);
        // Half are left alone, and one factor in ten lands within half a channel of none: some 220 of 400.
        var alone = centres.MinBy(c => Math.Abs(c - 1500));
        Assert.InRange(tops.Count(t => t == alone), 150, 300);
    }

    [Fact]
    public void Apply_QuefrencyMask_ZeroesTheUpperCepstraAndKeepsTheOthersAsTheyAre()
    {
        var options = Nothing with { QuefrencyMaskProbability = 1, LowestKeptCepstra = 20 };
        var augmenter = new CropAugmenter(options, new FrontEndSpecification());
        var counts = new int[61];
        for (var seed = 0; seed < 4000; seed++)
        {
            var crop = Crop(4, 60);
            var before = (float[])crop.Values.Clone();
            augmenter.Apply(crop, SplitRandom.For(seed));
            var kept = Array.FindIndex(crop.Values, v => v == 0);
            counts[kept]++;
            for (var i = 0; i < before.Length; i++)
            {
                Assert.Equal(i % 60 < kept ? before[i] : 0, crop.Values[i]);
            }
        }

        // Even over 20 to 59: five standard deviations of 4,000 draws with p = 1/40.
        Assert.Equal(0, counts[..20].Sum() + counts[60]);
        Assert.All(counts[20..60], count => Assert.InRange(count, 100 - 50, 100 + 50));
    }

    [Fact]
    public void Apply_QuefrencyMaskOfFewCepstra_LeavesThem()
    {
        var options = Nothing with { QuefrencyMaskProbability = 1, LowestKeptCepstra = 20 };
        var crop = Crop(4, 13);
        var before = (float[])crop.Values.Clone();
        new CropAugmenter(options, new FrontEndSpecification { Cepstra = 13 }).Apply(crop, SplitRandom.For(1));
        Assert.Equal(before, crop.Values);
    }

    [Fact]
    public void Apply_EverythingAfterTheFirstCrop_AllocatesNothing()
    {
        var options = new CropOptions
        {
            NoiseFloorProbability = 1, BandMaskProbability = 1, TimeMaskProbability = 1, WarpProbability = 1,
            QuefrencyMaskProbability = 1,
        };
        var augmenter = new CropAugmenter(options, new FrontEndSpecification());
        var crop = Crop(200, 60);
        var random = SplitRandom.For(1);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                augmenter.Apply(crop, random);
            }
        }));
    }

    [Theory]
    [InlineData("WarpProbability")]
    [InlineData("WarpFactor.Low")]
    [InlineData("WarpFactor.High")]
    [InlineData("QuefrencyMaskProbability")]
    [InlineData("LowestKeptCepstra")]
    public void Validate_OutOfRange_NamesTheOption(string name)
    {
        CropOptions options = name switch
        {
            "WarpProbability" => new() { WarpProbability = 1.5 },
            "WarpFactor.Low" => new() { WarpFactor = new(0.1, 1) },
            "WarpFactor.High" => new() { WarpFactor = new(1.1, 0.9) },
            "QuefrencyMaskProbability" => new() { QuefrencyMaskProbability = double.NaN },
            _ => new() { LowestKeptCepstra = 0 },
        };
        Assert.Contains(
            $"{name.Split('.')[0]} = ", Assert.Throws<OptionsValidationException>(options.Validate).Message,
            StringComparison.Ordinal);
    }

    private static FeatureMatrix Crop(int frames, int cepstra) =>
        new(TestSignals.Noise(frames * cepstra, 77), frames, cepstra);

    /// <summary>Centres of 80 channels evenly on the mel axis from 20 to 7,600 Hz, Hz.</summary>
    private static double[] Centres()
    {
        var (low, high) = (ToMel(20), ToMel(7600));
        return
        [
            .. Enumerable.Range(1, 80).Select(j => 700 * (Math.Exp((low + ((high - low) * j / 81)) / 1127) - 1)),
        ];
    }

    private static double ToMel(double hertz) => 1127 * Math.Log(1 + (hertz / 700));
}
