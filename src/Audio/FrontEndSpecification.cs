namespace Speaker.Audio;

/// <summary>
/// Everything that fixes the numbers between samples and features, stored in the model card; two are equal when every
/// value is. The conventions that are not parameters: no padding at the edges, so 1 + (n - FrameLength) / HopLength
/// frames; pre-emphasis across the signal before the window; power spectrum; triangular filters equally spaced on the
/// HTK mel scale, mel = 1127 ln(1 + f / 700); natural logarithm; orthonormal DCT-II; coefficient 0 kept
/// (Davis and Mermelstein 1980, in the form of NWaves 0.9.6).
/// </summary>
public sealed record FrontEndSpecification
{
    /// <summary>Samples a second of the signal, mono.</summary>
    public int SampleRate { get; init; } = 16000;

    /// <summary>Analysis frame, in samples.</summary>
    public int FrameLength { get; init; } = 400;

    /// <summary>From one frame's start to the next, in samples.</summary>
    public int HopLength { get; init; } = 160;

    /// <summary>Transform length, a power of two that holds a frame.</summary>
    public int FftSize { get; init; } = 512;

    /// <summary>Triangular filters between <see cref="LowFrequency"/> and <see cref="HighFrequency"/>.</summary>
    public int MelBands { get; init; } = 80;

    /// <summary>Coefficients kept of the DCT, index 0 included; at most <see cref="MelBands"/>.</summary>
    public int Cepstra { get; init; } = 60;

    /// <summary>Lower edge of the first filter, in hertz.</summary>
    public double LowFrequency { get; init; } = 20;

    /// <summary>Upper edge of the last filter, in hertz.</summary>
    public double HighFrequency { get; init; } = 7600;

    /// <summary>First-order pre-emphasis, y[n] = x[n] - PreEmphasis x[n-1]; 0 for none.</summary>
    public double PreEmphasis { get; init; } = 0.97;

    /// <summary>hamming, hann, blackman or rectangular.</summary>
    public string Window { get; init; } = "hamming";

    /// <summary>Sinusoidal lifter of the cepstra; 0 for none.</summary>
    public int LifterSize { get; init; }

    /// <summary>
    /// Smallest filter output that the logarithm sees. The default is what the last bit of 16-bit samples puts into a
    /// narrow filter, so that digital silence and a quiet room look alike.
    /// </summary>
    public double LogFloor { get; init; } = 1e-8;

    /// <summary>What the reader of the features takes out over one utterance.</summary>
    public FeatureNormalisation Normalisation { get; init; } = FeatureNormalisation.Mean;

    /// <summary>Which frames count as speech.</summary>
    public SpeechDetectorSpecification SpeechDetector { get; init; } = new();
}
