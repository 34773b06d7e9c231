namespace Speaker.Host.Telephone.Media;

/// <summary>Whose messages a media stream speaks. Its start message tells it.</summary>
internal enum MediaDialect
{
    /// <summary><c>streamSid</c>, camel case.</summary>
    Twilio,

    /// <summary><c>stream_id</c>, snake case.</summary>
    Telnyx,

    /// <summary><c>start.streamId</c>, camel case, parameters in one text.</summary>
    Plivo,

    /// <summary><c>stream_sid</c>, snake case.</summary>
    Exotel,

    /// <summary><c>websocket:connected</c>, then sound in binary frames.</summary>
    Vonage,
}
