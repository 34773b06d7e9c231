using Speaker.Host.Telephone.Sound;

namespace Speaker.Host.Telephone.Media;

/// <summary>What a text message of a media stream says, whatever its dialect.</summary>
internal abstract record MediaMessage
{
    /// <summary>The stream begins.</summary>
    /// <param name="Dialect">Whose message it is.</param>
    /// <param name="StreamId">The provider's name of the stream, for what is sent back; empty: it has none.</param>
    /// <param name="CallId">The provider's name of the call; empty: it has none.</param>
    /// <param name="Format">Of the sound that follows.</param>
    /// <param name="Parameters">What the operator had the provider add.</param>
    public sealed record Start(
        MediaDialect Dialect,
        string StreamId,
        string CallId,
        SoundFormat Format,
        IReadOnlyDictionary<string, string> Parameters) : MediaMessage;

    /// <summary>Sound.</summary>
    /// <param name="IsInbound">Whether it is the caller's.</param>
    /// <param name="Number">Its place among the others; null: where it came.</param>
    /// <param name="Sound">As it is encoded.</param>
    public sealed record Media(bool IsInbound, long? Number, byte[] Sound) : MediaMessage;

    /// <summary>The stream has ended.</summary>
    public sealed record Stop : MediaMessage;

    /// <summary>What a verification has no use for: connected, dtmf, mark and what providers add.</summary>
    public sealed record Other : MediaMessage;
}
