using System.Numerics;
using NWaves.FeatureExtractors.Options;

namespace Speaker.Audio.Features.Mfcc;

/// <summary>
/// What <see cref="SimdMfccExtractor"/> asks of NWaves' options, in words that name the value and the bound.
/// </summary>
internal static class MfccOptionsCheck
{
    /// <summary>The same options, filters included.</summary>
    public static MfccOptions Copy(MfccOptions options) => new()
    {
        SamplingRate = options.SamplingRate,
        FeatureCount = options.FeatureCount,
        FrameDuration = options.FrameDuration,
        HopDuration = options.HopDuration,
        FrameSize = options.FrameSize,
        HopSize = options.HopSize,
        PreEmphasis = options.PreEmphasis,
        Window = options.Window,
        FftSize = options.FftSize,
        FilterBank = options.FilterBank is { } rows ? [.. rows.Select(row => (float[])row.Clone())] : null,
        FilterBankSize = options.FilterBankSize,
        LowFrequency = options.LowFrequency,
        HighFrequency = options.HighFrequency,
        NonLinearity = options.NonLinearity,
        SpectrumType = options.SpectrumType,
        LogFloor = options.LogFloor,
        LifterSize = options.LifterSize,
        DctType = options.DctType,
        IncludeEnergy = options.IncludeEnergy,
        LogEnergyFloor = options.LogEnergyFloor,
    };

    /// <summary>The options, when each of them is in its range.</summary>
    /// <exception cref="ArgumentException">One is not; the message names it and the bound.</exception>
    public static MfccOptions Checked(MfccOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require(options.SamplingRate > 0, $"SamplingRate is {options.SamplingRate}; it must be positive.");
        Require(
            options.FrameSize > 0 || options.FrameDuration > 0,
            $"FrameSize is {options.FrameSize} and FrameDuration {options.FrameDuration}; one must be positive.");
        Require(
            options.HopSize > 0 || options.HopDuration > 0,
            $"HopSize is {options.HopSize} and HopDuration {options.HopDuration}; one must be positive.");
        RequireFilters(options);
        RequireDct(options);
        Require(Enum.IsDefined(options.Window), $"Window is {options.Window}; it must be one of NWaves' windows.");
        Require(
            Enum.IsDefined(options.NonLinearity),
            $"NonLinearity is {options.NonLinearity}; it must be one of NWaves' non-linearities.");
        Require(
            Enum.IsDefined(options.SpectrumType),
            $"SpectrumType is {options.SpectrumType}; it must be one of NWaves' spectra.");
        return options;
    }

    /// <summary>Points of the transform.</summary>
    /// <param name="options">After <see cref="Checked"/>.</param>
    /// <param name="frame">Samples of a frame, as NWaves rounds its duration.</param>
    /// <param name="hop">Samples of a hop, as NWaves rounds its duration.</param>
    /// <exception cref="ArgumentException">A frame or a hop of no sample, or no transform that fits.</exception>
    public static int FftSize(MfccOptions options, int frame, int hop)
    {
        Require(
            frame > 0,
            $"FrameSize is {options.FrameSize} and FrameDuration {options.FrameDuration}; a frame must have a sample.");
        Require(
            hop > 0, $"HopSize is {options.HopSize} and HopDuration {options.HopDuration}; a hop must have a sample.");
        var size = options.FilterBank is { } rows ? 2 * (rows[0].Length - 1)
            : options.FftSize >= frame ? options.FftSize
            : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, frame));
        Require(
            size >= frame && size >= 2 && BitOperations.IsPow2(size),
            $"The transform would have {size} points, by FftSize or by FilterBank's rows of half of it and one more; "
            + $"it must be a power of two that holds a frame, {frame} samples.");
        return size;
    }

    private static void RequireFilters(MfccOptions options)
    {
        var size = options.FilterBank?.Length ?? options.FilterBankSize;
        Require(size > 0, $"FilterBankSize is {size}; it must be positive.");
        Require(
            options.FeatureCount > 0 && options.FeatureCount <= size,
            $"FeatureCount is {options.FeatureCount}; it must be from 1 to the filter bank's size, {size}.");
        Require(
            options.FilterBank is null || options.FilterBank.All(
                row => row is { Length: > 1 } && row.Length == options.FilterBank[0].Length),
            "FilterBank has rows of different lengths, or none; each must have one weight for each bin.");
        var half = options.SamplingRate / 2.0;
        Require(
            options.LowFrequency < half && options.HighFrequency <= half,
            $"LowFrequency is {options.LowFrequency} and HighFrequency {options.HighFrequency}; the first must be "
            + $"below half of SamplingRate, {half}, and the second not above it.");
    }

    private static void RequireDct(MfccOptions options)
    {
        var size = options.FilterBank?.Length ?? options.FilterBankSize;
        Require(
            options.DctType is [>= '1' and <= '4'] or [>= '1' and <= '4', 'N' or 'n'],
            $"DctType is \"{options.DctType}\"; it must be 1, 2, 3 or 4, or one of them with N.");
        Require(
            size > 1 || options.DctType[0] != '1',
            $"DctType is \"{options.DctType}\" for one filter; that type needs two or more.");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new ArgumentException("Invalid configuration: " + message);
        }
    }
}
