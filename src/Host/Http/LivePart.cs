namespace Speaker.Host.Http;

/// <summary>What the client of a live verification sent.</summary>
internal enum LivePartKind
{
    /// <summary>Samples; a message may come in several parts.</summary>
    Sound,

    /// <summary>No more sound follows, and the decision is waited for.</summary>
    End,

    /// <summary>Nobody waits any more.</summary>
    Gone,
}

/// <summary>One part of it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Samples">[N], mono, full scale 1; until the next part is asked for.</param>
internal readonly record struct LivePart(LivePartKind Kind, ReadOnlyMemory<float> Samples = default);
