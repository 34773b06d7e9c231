using Speaker.Audio;
using Speaker.Audio.Files;

namespace Speaker;

/// <summary>One enrolled utterance, as a store keeps it.</summary>
/// <param name="Embedding">[D], unit length, as the encoder gave it; it must come back bit for bit.</param>
/// <param name="SpeechSeconds">Seconds of speech behind it.</param>
/// <param name="Source">What the recording was called: a file's name without its folder, for example.</param>
public sealed record StoredUtterance(float[] Embedding, double SpeechSeconds, string Source)
{
    /// <summary>The recording's outline in at most 1 kB, by which a copy of it in another format is known; null where
    /// nothing is known of it. A store that does not keep it recognises only copies with the same samples. It is asked
    /// for in <see cref="IVoiceprintStore.AddAsync"/>, and with <see cref="SpeakerOptions.Replay"/> in <see
    /// cref="IVoiceprintStore.GetUtterancesAsync"/>.</summary>
    public byte[]? Fingerprint { get; init; }

    /// <summary>Level, noise, clipping and bandwidth of the recording; null where it was not kept. Handed to <see
    /// cref="IVoiceprintStore.AddAsync"/>; a store may keep it and give it back, and then the threshold of a trial takes
    /// the noise and the band of the enrolled side into account.</summary>
    public AudioQuality? Quality { get; init; }

    /// <summary>Why it was enrolled although it was unlike the others: <see cref="EnrolmentRequest.ForceNote"/>; null
    /// where nothing was noted. A store may keep it, and nothing is decided by it.</summary>
    public string? Note { get; init; }

    /// <summary>The recording itself, where the store keeps those; asked for as the fingerprint is.</summary>
    internal SoundCopy? Copy { get; init; }
}
