using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Speaker.Audio.SpeechDetection;
using Speaker.Audio.Validation;

namespace Speaker.Audio.Features;

/// <summary>
/// Everything that fixes the numbers between samples and features, stored in the model card; two are equal when every
/// value is. The conventions that are not parameters: no padding at the edges, so 1 + (n - FrameLength) / HopLength
/// frames; power spectrum; triangular filters equally spaced on the HTK mel scale, mel = 1127 ln(1 + f / 700); natural
/// logarithm; orthonormal DCT-II; coefficient 0 kept (Davis and Mermelstein 1980, in the form of NWaves 0.9.6).
/// </summary>
internal sealed record FrontEndSpecification : IValidatableObject
{
    private static readonly string[] Windows = ["hamming", "hann", "blackman", "rectangular", KaldiFraming.PoveyWindow];

    /// <summary>Samples a second of the signal, mono.</summary>
    [Between(4000, 192_000)]
    public int SampleRate { get; init; } = 16000;

    /// <summary>Analysis frame, in samples.</summary>
    [Between(16, 65536)]
    public int FrameLength { get; init; } = 400;

    /// <summary>From one frame's start to the next, in samples.</summary>
    [Between(1, 65536)]
    public int HopLength { get; init; } = 160;

    /// <summary>Transform length, a power of two that holds a frame.</summary>
    [Between(16, 65536)]
    public int FftSize { get; init; } = 512;

    /// <summary>Triangular filters between <see cref="LowFrequency"/> and <see cref="HighFrequency"/>.</summary>
    [Between(1, 32768)]
    public int MelBands { get; init; } = 80;

    /// <summary>Coefficients kept of the DCT, index 0 included; at most <see cref="MelBands"/>.</summary>
    [Between(1, 32768)]
    public int Cepstra { get; init; } = 60;

    /// <summary>Lower edge of the first filter, in hertz.</summary>
    [Between(0, 96_000)]
    public double LowFrequency { get; init; } = 20;

    /// <summary>Upper edge of the last filter, in hertz.</summary>
    [Between(1, 96_000)]
    public double HighFrequency { get; init; } = 7600;

    /// <summary>First-order pre-emphasis, y[n] = x[n] - PreEmphasis x[n-1]; 0 for none.</summary>
    [Between(0, 1)]
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
    [Between(0, 1000)]
    public int LifterSize { get; init; }

    /// <summary>
    /// Mean level of the speech frames that an utterance is brought to before its features are computed, in dBFS, so
    /// that loud and quiet takes of one voice meet <see cref="LogFloor"/> alike; null leaves it as recorded.
    /// </summary>
    [Between(-60, 0)]
    public double? SpeechLevel { get; init; } = -26;

    /// <summary>
    /// Smallest filter output that the logarithm sees. At the default speech level it lies 55 dB below what a filter
    /// gives for speech on average: what is weaker is the recording's (an empty band, a codec, the last bit),
    /// not the voice's.
    /// </summary>
    [Between(1e-30, 1)]
    public double LogFloor { get; init; } = 3e-7;

    /// <summary>What the reader of the features takes out over one utterance.</summary>
    public FeatureNormalisation Normalisation { get; init; } = FeatureNormalisation.Mean;

    /// <summary>Which frames count as speech.</summary>
    [ValidateObjectMembers(typeof(SpeechDetectorSpecificationValidator))]
    public SpeechDetectorSpecification SpeechDetector { get; init; } = new();

    /// <summary>
    /// Sound beside speech that is kept with it, in seconds: 0 keeps speech frames alone, 60 every frame of a recording
    /// that holds speech. What was trained on pauses as they come may want them.
    /// </summary>
    /// <remarks>Not written where it is 0: a model trained before it was there keeps its hash.</remarks>
    [Between(0, 60)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double SpeechMargin { get; init; }

    /// <summary>Frames in so many samples: whole ones only, 0 where there are fewer samples than a frame has.</summary>
    public int CountFrames(long samples) =>
        samples < FrameLength ? 0 : checked((int)(1 + ((samples - FrameLength) / HopLength)));

    /// <exception cref="OptionsValidationException">A value is out of its bounds; the message names every one that
    /// is.</exception>
    public void Validate() => new FrontEndSpecificationValidator().Require(this);

    /// <summary>What the values have to be to each other.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, value, low, high) in ((string, double, double, double)[])
                 [
                     (nameof(HopLength), HopLength, 1, FrameLength),
                     (nameof(FftSize), FftSize, FrameLength, 65_536),
                     (nameof(MelBands), MelBands, 1, FftSize / 2),
                     (nameof(Cepstra), Cepstra, 1, MelBands),
                     (nameof(HighFrequency), HighFrequency, 1, SampleRate / 2.0),
                     (nameof(LowFrequency), LowFrequency, 0, HighFrequency - 1),
                 ])
        {
            if (!(value >= low && value <= high))
            {
                yield return Bounds.Failure(validationContext, name, Bounds.Text(value), Bounds.From(low, high));
            }
        }

        if (!int.IsPow2(FftSize))
        {
            yield return Bounds.Failure(validationContext, nameof(FftSize), Bounds.Text(FftSize), "a power of two");
        }

        if (!Windows.Contains(Window))
        {
            yield return Bounds.Failure(validationContext, nameof(Window), $"'{Window}'", Bounds.OneOf(Windows));
        }

        if (Window == KaldiFraming.PoveyWindow && !KaldiFrames)
        {
            yield return Bounds.Failure(
                validationContext, nameof(KaldiFrames), "false", $"true where {nameof(Window)} is '{Window}'");
        }
    }
}

/// <summary>Checks <see cref="FrontEndSpecification"/>.</summary>
[OptionsValidator]
internal sealed partial class FrontEndSpecificationValidator : IValidateOptions<FrontEndSpecification>;
