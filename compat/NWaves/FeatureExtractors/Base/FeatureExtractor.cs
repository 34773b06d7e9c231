using NWaves.FeatureExtractors.Options;

namespace NWaves.FeatureExtractors.Base;

/// <summary>Frame-by-frame features of a signal.</summary>
public abstract class FeatureExtractor
{
    private protected FeatureExtractor(FeatureExtractorOptions options)
    {
        FeatureCount = options.FeatureCount;
        FrameSize = options.FrameSize > 0
            ? options.FrameSize
            : (int)(options.FrameDuration * options.SamplingRate);
        HopSize = options.HopSize > 0 ? options.HopSize : (int)(options.HopDuration * options.SamplingRate);
    }

    /// <summary>Values a frame.</summary>
    public int FeatureCount { get; protected set; }

    /// <summary>Samples in a frame.</summary>
    public int FrameSize { get; protected set; }

    /// <summary>Samples from one frame's start to the next.</summary>
    public int HopSize { get; protected set; }

    /// <summary>
    /// Features of every whole frame between two samples (the second exclusive) into vectors that are there already;
    /// returns how many frames there were.
    /// </summary>
    public abstract int ComputeFrom(float[] samples, int startSample, int endSample, IList<float[]> vectors);
}
