using NWaves.Windows;

namespace NWaves.FeatureExtractors.Options;

/// <summary>What every frame-by-frame extractor takes.</summary>
public class FeatureExtractorOptions
{
    /// <summary>Values a frame.</summary>
    public int FeatureCount { get; set; }

    /// <summary>Samples a second.</summary>
    public int SamplingRate { get; set; }

    /// <summary>A frame in seconds, where <see cref="FrameSize"/> is 0.</summary>
    public double FrameDuration { get; set; } = 0.025;

    /// <summary>From one frame's start to the next in seconds, where <see cref="HopSize"/> is 0.</summary>
    public double HopDuration { get; set; } = 0.01;

    /// <summary>Samples in a frame; 0 to go by <see cref="FrameDuration"/>.</summary>
    public int FrameSize { get; set; }

    /// <summary>Samples from one frame's start to the next; 0 to go by <see cref="HopDuration"/>.</summary>
    public int HopSize { get; set; }

    /// <summary>y[n] = x[n] - PreEmphasis x[n-1]; 0 for none.</summary>
    public double PreEmphasis { get; set; }

    public WindowType Window { get; set; } = WindowType.Rectangular;
}
