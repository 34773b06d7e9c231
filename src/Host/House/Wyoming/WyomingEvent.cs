using System.Text.Json.Nodes;

namespace Speaker.Host.House.Wyoming;

/// <summary>An event of the Wyoming protocol: what voice assistants and their services tell each other.</summary>
/// <param name="Type">"describe", "audio-chunk", "transcript" and so on.</param>
/// <param name="Data">What belongs to it; empty where nothing does.</param>
/// <param name="Payload">Sound, where it has some.</param>
internal sealed record WyomingEvent(string Type, JsonObject Data, ReadOnlyMemory<byte> Payload = default)
{
    public const string Describe = "describe";

    public const string Info = "info";

    public const string Ping = "ping";

    public const string Pong = "pong";

    public const string Transcribe = "transcribe";

    public const string AudioStart = "audio-start";

    public const string AudioChunk = "audio-chunk";

    public const string AudioStop = "audio-stop";

    public const string Transcript = "transcript";

    public const string Error = "error";

    public WyomingEvent(string type)
        : this(type, [])
    {
    }

    /// <summary>A transcript of which nothing but the text is told.</summary>
    public static WyomingEvent TranscriptOf(string text) => new(Transcript, new JsonObject { ["text"] = text });

    /// <summary>What went wrong, for whoever reads the other side's log.</summary>
    public static WyomingEvent ErrorOf(string code, string message) =>
        new(Error, new JsonObject { ["text"] = message, ["code"] = code });

    /// <summary>A text of its data; null where there is none by that name.</summary>
    public string? Text(string name) =>
        Data[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A whole number of its data; null where there is none by that name.</summary>
    public int? Number(string name) =>
        Data[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;
}
