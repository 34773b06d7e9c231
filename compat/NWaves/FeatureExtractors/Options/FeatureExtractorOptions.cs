using NWaves.Windows;

namespace NWaves.FeatureExtractors.Options;

/// <summary>What every frame-by-frame extractor takes.</summary>
public class FeatureExtractorOptions
{
    /// <summary>Values a frame.</summary>
    public int FeatureCount { get; set; }

    /// <summary>Samples a second.</summary>
    public int SamplingRate { get; set; }

    /// <summary>Samples in a frame.</summary>
    public int FrameSize { get; set; }

    /// <summary>Samples from one frame's start to the next.</summary>
    public int HopSize { get; set; }

    /// <summary>y[n] = x[n] - PreEmphasis x[n-1]; 0 for none.</summary>
    public double PreEmphasis { get; set; }

    public WindowType Window { get; set; } = WindowType.Rectangular;
}
