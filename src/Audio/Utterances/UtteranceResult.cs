using Speaker.Audio.Features;
using Speaker.Audio.Quality;

namespace Speaker.Audio.Utterances;

/// <summary>What came of listening to a sound: an <see cref="Utterance"/> or a <see cref="Refusal"/>.</summary>
internal abstract record UtteranceResult(double TotalSeconds, double SpeechSeconds);

/// <summary>Speech, ready for an encoder.</summary>
/// <param name="Features">The speech frames only, raw: <see cref="FrontEnd.Normalise"/> is the caller's.</param>
/// <param name="TotalSeconds">Length of the sound.</param>
/// <param name="SpeechSeconds">Length of what counted as speech.</param>
/// <param name="Quality">Level, noise, clipping and bandwidth.</param>
internal sealed record Utterance(
    FeatureMatrix Features, double TotalSeconds, double SpeechSeconds, AudioQuality Quality)
    : UtteranceResult(TotalSeconds, SpeechSeconds)
{
    /// <summary>Of each frame of <see cref="Features"/>: whether it is speech and not
    /// <see cref="FrontEndSpecification.SpeechMargin"/> beside it. Empty where every frame is.</summary>
    public ReadOnlyMemory<bool> IsSpeech { get; init; }
}

/// <summary>A sound that holds nothing to judge a speaker by.</summary>
/// <param name="Reason">The kind, for programs.</param>
/// <param name="Message">For people: what was found, the bound, what to do.</param>
/// <param name="TotalSeconds">Length of the sound.</param>
/// <param name="SpeechSeconds">Length of what counted as speech.</param>
internal sealed record Refusal(RefusalReason Reason, string Message, double TotalSeconds, double SpeechSeconds)
    : UtteranceResult(TotalSeconds, SpeechSeconds);

/// <summary>Why a sound was refused.</summary>
internal enum RefusalReason
{
    /// <summary>Sound, but no speech in it.</summary>
    NoSpeech,

    /// <summary>Fewer seconds of speech than asked for.</summary>
    TooShort,

    /// <summary>So many samples cut off at the top that the voice is distorted.</summary>
    Clipped,

    /// <summary>Speech too far below the noise.</summary>
    Noisy,

    /// <summary>Digital silence, or so near it that nothing was recorded.</summary>
    Silent,

    /// <summary>More sound than one utterance may hold.</summary>
    TooLong,
}
