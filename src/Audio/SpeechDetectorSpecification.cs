namespace Speaker.Audio;

/// <summary>
/// Everything that fixes which frames count as speech. Stored with the front end in the model card, since a model
/// trained behind one gate is only right behind the same gate. Levels are decibels relative to full scale, the
/// energy of a frame being its mean square after the high-pass.
/// </summary>
public sealed record SpeechDetectorSpecification
{
    /// <summary>Corner of the first-order high-pass that removes hum and offset, in hertz.</summary>
    public double HighPassFrequency { get; init; } = 80;

    /// <summary>A frame quieter than this is never speech, in dBFS.</summary>
    public double AbsoluteFloor { get; init; } = -60;

    /// <summary>A frame more than this below the speech level is not speech, in dB.</summary>
    public double SpeechRange { get; init; } = 30;

    /// <summary>How far from noise floor (0) to speech level (1) a frame must reach, in dB terms.</summary>
    public double NoiseShare { get; init; } = 0.35;

    /// <summary>The most that <see cref="NoiseShare"/> may raise the bound above the noise floor, in dB.</summary>
    public double NoiseMargin { get; init; } = 12;

    /// <summary>Percentile of frame energies that stands for the noise floor, 0 to 1.</summary>
    public double NoisePercentile { get; init; } = 0.10;

    /// <summary>Percentile of frame energies that stands for the speech level, 0 to 1.</summary>
    public double SpeechPercentile { get; init; } = 0.95;

    /// <summary>
    /// Speech level less noise floor below which a sound is taken as steady: its frames carry no gate of their own and
    /// only a periodic (voiced) sound passes, whole, in dB.
    /// </summary>
    public double SteadyRange { get; init; } = 6;

    /// <summary>Peak of the normalised autocorrelation from which a frame counts as voiced, 0 to 1.</summary>
    public double VoicingThreshold { get; init; } = 0.5;

    /// <summary>Share of the loud frames that must be voiced for the sound to hold speech, 0 to 1.</summary>
    public double MinimumVoicedShare { get; init; } = 0.1;

    /// <summary>Kept before and after each stretch of speech, in seconds.</summary>
    public double HangoverSeconds { get; init; } = 0.1;

    /// <summary>Stretches of speech shorter than this are clicks and are dropped, in seconds.</summary>
    public double MinimumStretchSeconds { get; init; } = 0.03;

    internal void Validate(int sampleRate)
    {
        Ranges.Require(nameof(HighPassFrequency), HighPassFrequency, 0, sampleRate / 2.0);
        Ranges.Require(nameof(AbsoluteFloor), AbsoluteFloor, -120, 0);
        Ranges.Require(nameof(SpeechRange), SpeechRange, 1, 120);
        Ranges.Require(nameof(NoiseShare), NoiseShare, 0, 1);
        Ranges.Require(nameof(NoiseMargin), NoiseMargin, 0, 120);
        Ranges.Require(nameof(SpeechPercentile), SpeechPercentile, 0, 1);
        Ranges.Require(nameof(NoisePercentile), NoisePercentile, 0, SpeechPercentile);
        Ranges.Require(nameof(SteadyRange), SteadyRange, 0, 120);
        Ranges.Require(nameof(VoicingThreshold), VoicingThreshold, 0, 1);
        Ranges.Require(nameof(MinimumVoicedShare), MinimumVoicedShare, 0, 1);
        Ranges.Require(nameof(HangoverSeconds), HangoverSeconds, 0, 5);
        Ranges.Require(nameof(MinimumStretchSeconds), MinimumStretchSeconds, 0, 5);
    }
}
