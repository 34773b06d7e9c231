using Speaker.Audio.Utterances;
using Speaker.Recognition;

namespace Speaker.Options;

/// <summary>Where the encoder is. Section <c>Speaker:Model</c>.</summary>
internal sealed class ModelOptions
{
    public const string Section = "Speaker:Model";

    /// <summary>A .safetensors file with its .json card beside it; null means the encoder that ships in
    /// models/.</summary>
    public string? Path { get; set; }
}

/// <summary>The enrolment store. Section <c>Speaker:Store</c>.</summary>
internal sealed class StoreOptions
{
    public const string Section = "Speaker:Store";

    /// <summary>The SQLite file; null means voiceprints.db in the user's data directory.</summary>
    public string? Path { get; set; }

    /// <summary>Seconds a write waits for another process's transaction, 0.1 to 600.</summary>
    public double BusyTimeoutSeconds { get; set; } = 30;
}

/// <summary>What counts as an utterance at all. Section <c>Speaker:Utterance</c>.</summary>
internal sealed class UtteranceSettings
{
    public const string Section = "Speaker:Utterance";

    /// <summary>Seconds of speech, after speech detection, below which the answer is "inconclusive"; 0.1 to
    /// 60.</summary>
    public double MinimumSpeechSeconds { get; set; } = Defaults.MinimumSpeechSeconds;

    /// <summary>Share of clipped samples above which the answer is "inconclusive", 0 to 1.</summary>
    public double MaximumClippedFraction { get; set; } = Defaults.MaximumClippedFraction;

    /// <summary>Speech over noise, in dB, below which the answer is "inconclusive", -20 to 60.</summary>
    public double MinimumSignalToNoise { get; set; } = Defaults.MinimumSignalToNoise;

    private static UtteranceOptions Defaults { get; } = new();
}

/// <summary>
/// What in a recording is worth a warning beside the answer: all of it still verifies, less surely. Why these bounds:
/// docs/audio-quality.md. Section <c>Speaker:Quality</c>.
/// </summary>
internal sealed class QualityOptions
{
    public const string Section = "Speaker:Quality";

    /// <summary>Seconds of speech, 0 to 60: below about two the distances of one speaker spread widely.</summary>
    public double WarnBelowSpeechSeconds { get; set; } = 2;

    /// <summary>Speech over noise in dB, -20 to 60.</summary>
    public double WarnBelowSignalToNoise { get; set; } = 10;

    /// <summary>Share of clipped samples, 0 to 1.</summary>
    public double WarnAboveClippedFraction { get; set; } = 0.01;

    /// <summary>Hertz, 0 to 8,000: a recording that ends below this was one of 8 kHz.</summary>
    public double WarnBelowBandwidth { get; set; } = 5000;

    /// <summary>Mean level of the speech in dBFS, -100 to 0.</summary>
    public double WarnBelowSpeechLevel { get; set; } = -45;

    /// <summary>Cosine distance between parts of a recording, 0 to 2: so far apart one voice's seldom are.</summary>
    public double WarnAboveVoiceDistance { get; set; } = 0.75;
}

/// <summary>One-to-one verification. Section <c>Speaker:Verification</c>.</summary>
internal sealed class VerificationOptions
{
    public const string Section = "Speaker:Verification";

    /// <summary>The false-acceptance rate whose threshold is taken from the model card, above 0 and below 1.</summary>
    public double TargetFar { get; set; } = 0.01;
}

/// <summary>Enrolment. Section <c>Speaker:Enrolment</c>.</summary>
internal sealed class EnrolmentOptions
{
    public const string Section = "Speaker:Enrolment";

    /// <summary>Seconds of speech that make a good enrolment (100 %), 1 to 3,600.</summary>
    public double GoodSpeechSeconds { get; set; } = 10;

    /// <summary>
    /// An utterance coheres with a speaker when its distance to the speaker's others is within the card's threshold
    /// at this false-acceptance rate: looser than verification, because the point is to keep strangers out, not to
    /// keep a hoarse day out. Above 0 and below 1.
    /// </summary>
    public double CoherenceTargetFar { get; set; } = 0.05;
}

/// <summary>One-to-many identification. Section <c>Speaker:Identification</c>.</summary>
internal sealed class IdentificationOptions
{
    public const string Section = "Speaker:Identification";

    /// <summary>
    /// Its own target: with N speakers enrolled a stranger gets N chances to be taken for someone.
    /// Above 0 and below 1.
    /// </summary>
    public double TargetFar { get; set; } = 0.001;

    /// <summary>The least distance between the nearest speaker and the runner-up for a name to be given, 0 to
    /// 2.</summary>
    public double MinimumMargin { get; set; } = 0.02;

    /// <summary>How many of the nearest speakers are listed, 1 to 1,000.</summary>
    public int Top { get; set; } = 3;
}
