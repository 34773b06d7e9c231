using System.Diagnostics.CodeAnalysis;
using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Audio.Fingerprints;

namespace Speaker;

/// <summary>What came of turning a recording into an embedding.</summary>
public sealed record EmbeddingResult
{
    /// <summary>[D], unit length: the voice in the recording; null where the recording was refused.</summary>
    public float[]? Embedding { get; init; }

    /// <summary>Whether there is an embedding.</summary>
    [MemberNotNullWhen(true, nameof(Embedding))]
    public bool IsUsable => Embedding is not null;

    /// <summary>Why there is none, for programs; <see cref="Reason.None"/> where there is one.</summary>
    public required Reason Reason { get; init; }

    /// <summary>Why there is none: what was found, the bound, what to do. Empty where there is one.</summary>
    public string Message { get; init; } = "";

    /// <summary>Length of the recording, in seconds.</summary>
    public double TotalSeconds { get; init; }

    /// <summary>Seconds of it that are speech.</summary>
    public double SpeechSeconds { get; init; }

    /// <summary>Level, noise, clipping and bandwidth; null where the recording was refused.</summary>
    public AudioQuality? Quality { get; init; }

    /// <summary>What in the recording makes an answer less sure.</summary>
    public IReadOnlyList<QualityWarning> Warnings { get; init; } = [];

    /// <summary>By which a copy of the recording is known; null where nobody asked for it.</summary>
    internal AudioFingerprint? Fingerprint { get; init; }

    /// <summary>The recording itself; null where nobody asked for it.</summary>
    internal SoundCopy? Copy { get; init; }

    /// <summary>SHA-256 of the model, lower-case hex. Embeddings of different hashes must never be compared.</summary>
    public required string ModelHash { get; init; }
}
