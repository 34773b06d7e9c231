using NWaves.Windows;

namespace NWaves.FeatureExtractors.Options;

/// <summary>What an extractor behind a bank of filters takes.</summary>
public class FilterbankOptions : FeatureExtractorOptions
{
    public FilterbankOptions() => Window = WindowType.Hamming;

    /// <summary>Filters by row, each over frequencies 0 to half the transform; null for triangles in mel.</summary>
    public float[][]? FilterBank { get; set; }

    public int FilterBankSize { get; set; } = 12;

    /// <summary>Lower edge of the first filter, in hertz.</summary>
    public double LowFrequency { get; set; }

    /// <summary>Upper edge of the last filter, in hertz; 0 for half the sampling rate.</summary>
    public double HighFrequency { get; set; }

    /// <summary>A power of two; where it does not hold a frame, the smallest that does.</summary>
    public int FftSize { get; set; }

    public NonLinearityType NonLinearity { get; set; } = NonLinearityType.None;

    public SpectrumType SpectrumType { get; set; } = SpectrumType.Power;

    /// <summary>Smallest filter output that the logarithm sees.</summary>
    public float LogFloor { get; set; } = float.Epsilon;
}
