namespace Speaker;

/// <summary>Why a result is what it is, for programs; the sentence beside it is for people.</summary>
public enum Reason
{
    /// <summary>There is nothing to explain: the recording was turned into an embedding.</summary>
    None,

    /// <summary>The distance is at or below the threshold.</summary>
    WithinThreshold,

    /// <summary>The distance is above the threshold.</summary>
    BeyondThreshold,

    /// <summary>Two enrolled speakers are about equally near, so neither is named.</summary>
    RunnerUpTooNear,

    /// <summary>Nobody is enrolled under that name.</summary>
    UnknownSpeaker,

    /// <summary>Nobody is enrolled at all.</summary>
    NobodyEnrolled,

    /// <summary>Sound, but no speech in it.</summary>
    NoSpeech,

    /// <summary>Fewer seconds of speech than <see cref="SpeakerOptions.Utterance"/> asks for, or than a decision at the
    /// false-accept rate takes.</summary>
    TooShort,

    /// <summary>So many samples cut off at the top that the voice is distorted.</summary>
    Clipped,

    /// <summary>Speech too far below the noise.</summary>
    Noisy,

    /// <summary>Digital silence, or so near it that nothing was recorded.</summary>
    Silent,

    /// <summary>More sound than one recording may hold.</summary>
    TooLong,

    /// <summary>The recording was added to the speaker.</summary>
    Enrolled,

    /// <summary>The speaker has this very recording already; it is not stored twice.</summary>
    AlreadyEnrolled,

    /// <summary>The recording is unlike the speaker's others; it was not added.</summary>
    UnlikeSpeaker,

    /// <summary>The recordings that were to be added together are of several voices; none of them was added.</summary>
    SeveralVoices,

    /// <summary>The voice is enrolled under another name; the recording was not added.</summary>
    KnownUnderAnotherName,

    /// <summary>It is not noted what the speaker consented to, and <see cref="EnrolmentOptions.RequireConsent"/> asks for
    /// it; the recording was not added.</summary>
    NoConsent,

    /// <summary>The recording is one that is enrolled, or was accepted lately, sent again: <see
    /// cref="SpeakerOptions.Replay"/>.</summary>
    Replayed,
}
