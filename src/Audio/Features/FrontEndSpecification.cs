using System.Text.Json.Serialization;
using Speaker.Audio.SpeechDetection;

namespace Speaker.Audio.Features;

/// <summary>
/// Everything that fixes the numbers between samples and features, stored in the model card; two are equal when every
/// value is. The conventions that are not parameters: no padding at the edges, so 1 + (n - FrameLength) / HopLength
/// frames; power spectrum; triangular filters equally spaced on the HTK mel scale, mel = 1127 ln(1 + f / 700); natural
/// logarithm; orthonormal DCT-II; coefficient 0 kept (Davis and Mermelstein 1980, in the form of NWaves 0.9.6).
/// </summary>
internal sealed record FrontEndSpecification
{
    private static readonly string[] Windows = ["hamming", "hann", "blackman", "rectangular", KaldiFraming.PoveyWindow];

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

    /// <summary>
    /// Each frame is prepared by itself, as Kaldi does: its mean is taken out, and its first sample is pre-emphasised
    /// with itself. Otherwise nothing is taken out, and pre-emphasis runs across the signal.
    /// </summary>
    /// <remarks>Not written where it is false: a model trained before it was there keeps its hash.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KaldiFrames { get; init; }

    /// <summary>hamming, hann, blackman or rectangular; povey, with <see cref="KaldiFrames"/> only.</summary>
    public string Window { get; init; } = "hamming";

    /// <summary>Sinusoidal lifter of the cepstra; 0 for none.</summary>
    public int LifterSize { get; init; }

    /// <summary>
    /// Mean level of the speech frames that an utterance is brought to before its features are computed, in dBFS, so
    /// that loud and quiet takes of one voice meet <see cref="LogFloor"/> alike; null leaves it as recorded.
    /// </summary>
    public double? SpeechLevel { get; init; } = -26;

    /// <summary>
    /// Smallest filter output that the logarithm sees. At the default speech level it lies 55 dB below what a filter
    /// gives for speech on average: what is weaker is the recording's (an empty band, a codec, the last bit),
    /// not the voice's.
    /// </summary>
    public double LogFloor { get; init; } = 3e-7;

    /// <summary>What the reader of the features takes out over one utterance.</summary>
    public FeatureNormalisation Normalisation { get; init; } = FeatureNormalisation.Mean;

    /// <summary>Which frames count as speech.</summary>
    public SpeechDetectorSpecification SpeechDetector { get; init; } = new();

    /// <summary>Frames in so many samples: whole ones only, 0 where there are fewer samples than a frame has.</summary>
    public int CountFrames(long samples) =>
        samples < FrameLength ? 0 : checked((int)(1 + ((samples - FrameLength) / HopLength)));

    /// <exception cref="AudioException">A value out of its range; the message says which, and the bound.</exception>
    public void Validate()
    {
        Ranges.Require(nameof(SampleRate), SampleRate, 4000, 192000);
        Ranges.Require(nameof(FrameLength), FrameLength, 16, 65536);
        Ranges.Require(nameof(HopLength), HopLength, 1, FrameLength);
        Ranges.Require(nameof(FftSize), FftSize, FrameLength, 65536);
        if (!int.IsPow2(FftSize))
        {
            throw new AudioException($"{nameof(FftSize)} is {FftSize}; it must be a power of two.");
        }

        Ranges.Require(nameof(MelBands), MelBands, 1, FftSize / 2);
        Ranges.Require(nameof(Cepstra), Cepstra, 1, MelBands);
        Ranges.Require(nameof(HighFrequency), HighFrequency, 1, SampleRate / 2.0);
        Ranges.Require(nameof(LowFrequency), LowFrequency, 0, HighFrequency - 1);
        Ranges.Require(nameof(PreEmphasis), PreEmphasis, 0, 1);
        Ranges.Require(nameof(LifterSize), LifterSize, 0, 1000);
        if (SpeechLevel is { } level)
        {
            Ranges.Require(nameof(SpeechLevel), level, -60, 0);
        }

        Ranges.Require(nameof(LogFloor), LogFloor, float.Epsilon, 1);
        SpeechDetector.Validate();
        if (!Windows.Contains(Window))
        {
            throw new AudioException(
                $"{nameof(Window)} is \"{Window}\"; it must be one of {string.Join(", ", Windows)}.");
        }

        if (Window == KaldiFraming.PoveyWindow && !KaldiFrames)
        {
            throw new AudioException(
                $"{nameof(Window)} is \"{Window}\" and {nameof(KaldiFrames)} false; that window needs it to be true.");
        }
    }
}
