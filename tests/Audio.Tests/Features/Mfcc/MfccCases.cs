using System.Globalization;
using System.Text.Json;
using NWaves.FeatureExtractors.Options;
using NWaves.Filters.Fda;
using NWaves.Windows;

namespace Speaker.Audio.Tests.Features.Mfcc;

/// <summary>Random options of MFCC, over everything that can be set, and sounds to go with them.</summary>
internal static class MfccCases
{
    public static readonly string[] DctTypes = ["1", "2", "3", "4", "1N", "2N", "3N", "4N", "2n", "4n"];

    private static readonly int[] Rates = [8000, 11025, 16000, 22050, 44100, 48000];

    /// <summary>What ships, with other counts.</summary>
    public static MfccOptions Shipped(int cepstra = 60, int bands = 80) => new()
    {
        SamplingRate = 16000,
        FrameSize = 400,
        HopSize = 160,
        FftSize = 512,
        FeatureCount = cepstra,
        FilterBankSize = bands,
        LowFrequency = 20,
        HighFrequency = 7600,
        PreEmphasis = 0.97,
        Window = WindowType.Hamming,
        NonLinearity = NonLinearityType.LogE,
        SpectrumType = SpectrumType.Power,
        LogFloor = 3e-7f,
    };

    public static MfccOptions Random(int seed)
    {
        var random = new Random(seed);
        var rate = Rates[random.Next(Rates.Length)];
        var options = new MfccOptions
        {
            SamplingRate = rate,
            PreEmphasis = random.Next(4) switch { 0 => 0, 1 => -0.5, 2 => 0.97, _ => random.NextDouble() },
            Window = Any<WindowType>(random),
            NonLinearity = Any<NonLinearityType>(random),
            SpectrumType = Any<SpectrumType>(random),
            LogFloor = (float)Math.Pow(10, random.Next(-45, 1)),
            LifterSize = random.Next(3) switch { 0 => 0, 1 => 22, _ => random.Next(-2, 60) },
            DctType = DctTypes[random.Next(DctTypes.Length)],
            IncludeEnergy = random.Next(2) == 0,
            LogEnergyFloor = (float)Math.Pow(10, random.Next(-45, 3)),
        };
        SetFrames(options, random);
        SetFilters(options, random);
        options.FeatureCount = 1 + random.Next(options.FilterBank?.Length ?? options.FilterBankSize);
        return options;
    }

    /// <summary>Tones in noise, with a part that is exactly zero.</summary>
    public static float[] Sound(int samples, int seed)
    {
        var random = new Random(seed);
        var frequency = 0.01 + (0.3 * random.NextDouble());
        var loudness = Math.Pow(10, -2 * random.NextDouble());
        var sound = new float[samples];
        for (var i = 0; i < samples; i++)
        {
            var silent = i > samples * 0.6 && i < samples * 0.8;
            var value = (0.5 * Math.Sin(2 * Math.PI * frequency * i)) + (random.NextDouble() - 0.5);
            sound[i] = silent ? 0 : (float)(loudness * value);
        }

        return sound;
    }

    /// <summary>Every property, for the message of a case that fails.</summary>
    public static string Describe(MfccOptions options) => string.Join(", ", typeof(MfccOptions).GetProperties()
        .Where(property => property.CanWrite)
        .Select(property => string.Create(
            CultureInfo.InvariantCulture,
            $"{property.Name} {(property.GetValue(options) is float[][] bank
                ? $"{bank.Length} x {bank[0].Length}"
                : JsonSerializer.Serialize(property.GetValue(options)))}")));

    private static T Any<T>(Random random)
        where T : struct, Enum
    {
        var values = Enum.GetValues<T>();
        return values[random.Next(values.Length)];
    }

    private static void SetFrames(MfccOptions options, Random random)
    {
        if (random.Next(2) == 0)
        {
            options.FrameDuration = 0.005 + (0.035 * random.NextDouble());
            options.HopDuration = 0.002 + (0.02 * random.NextDouble());
        }
        else
        {
            options.FrameSize = random.Next(8, 1200);
            options.HopSize = random.Next(1, options.FrameSize);
        }

        options.FftSize = random.Next(3) switch { 0 => 0, 1 => 64, _ => 1 << random.Next(11, 13) };
    }

    private static void SetFilters(MfccOptions options, Random random)
    {
        var half = options.SamplingRate / 2;
        options.FilterBankSize = random.Next(2, 81);
        options.LowFrequency = random.Next(3) switch { 0 => 0, 1 => -10, _ => random.Next(half / 4) };
        options.HighFrequency = random.Next(3) switch { 0 => 0, 1 => half, _ => random.Next(half / 8, half) };
        var size = options.FilterBankSize;
        options.FilterBank = random.Next(8) switch
        {
            0 => FilterBanks.MelBankSlaney(size, 2048, options.SamplingRate, 0, half),
            1 => FilterBanks.BarkBankSlaney(size, 2048, options.SamplingRate),
            2 => FilterBanks.Rectangular(2048, options.SamplingRate, FilterBanks.HerzBands(size, options.SamplingRate)),
            _ => null,
        };
    }
}
