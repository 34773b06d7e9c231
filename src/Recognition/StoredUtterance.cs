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
    /// for in <see cref="IVoiceprintStore.AddAsync"/> alone.</summary>
    public byte[]? Fingerprint { get; init; }

    /// <summary>The recording itself, where the store keeps those; asked for as the fingerprint is.</summary>
    internal SoundCopy? Copy { get; init; }
}
