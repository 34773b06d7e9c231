namespace Speaker.Host.Telephone.Calls;

/// <summary>How a call ended. Only of the first three there is a decision.</summary>
internal enum CallEnd
{
    /// <summary>The evidence was enough.</summary>
    Verdict,

    /// <summary>The stream was stopped, or the caller hung up.</summary>
    Stop,

    /// <summary>It was heard as long as it may be.</summary>
    Limit,

    /// <summary>The connection broke.</summary>
    Disconnect,

    /// <summary>Nothing came for too long.</summary>
    Idle,

    /// <summary>The other side sent what cannot be.</summary>
    Invalid,

    /// <summary>The service stops.</summary>
    Shutdown,

    /// <summary>It could not be listened to: the speaker is unknown or locked out, or the store cannot be
    /// read.</summary>
    Failure,
}
