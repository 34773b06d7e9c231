using System.Globalization;
using System.Text.Json;
using Speaker.Host.Telephone.Sound;

namespace Speaker.Host.Telephone.Media;

/// <summary>Reads the text messages of media streams: Twilio's, and those of Telnyx, Plivo, Exotel and Vonage that are
/// like them. docs/telephone.md says what of them was confirmed.</summary>
internal static class MediaMessages
{
    /// <summary>Longest text message, in bytes: two seconds of 24 kHz and 16 bits in base64, and what is around
    /// them.</summary>
    public const int MostBytes = 160 * 1024;

    private const int MostParameters = 32;
    private const int LongestText = 512;

    /// <summary>Largest whole number that every program reads from JSON as it was written (RFC 8259, section
    /// 6).</summary>
    private const long LargestNumber = 1L << 53;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16 };

    /// <summary>Reads a message.</summary>
    /// <param name="text">UTF-8.</param>
    /// <exception cref="CallException">It is no message of a media stream.</exception>
    public static MediaMessage Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            var message = document.RootElement;
            return Text(message, "event") switch
            {
                "start" => ReadStart(message),
                "media" => ReadMedia(message),
                "stop" => new MediaMessage.Stop(),
                "websocket:connected" => ReadConnected(message),
                null => throw new CallException(
                    "invalidMessage", "a message has no event: it must be an object with a text \"event\""),
                _ => new MediaMessage.Other(),
            };
        }
        // The other one: half of a surrogate pair, which JSON can spell and no text has.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new CallException("invalidMessage", "a message is no JSON, or has text of half a character");
        }
    }

    private static MediaMessage.Start ReadStart(JsonElement message)
    {
        var start = Child(message, "start")
            ?? throw new CallException("invalidMessage", "the start message has no object \"start\"");
        var (dialect, stream) =
            Either(message, start, "streamSid") is { } twilio ? (MediaDialect.Twilio, twilio)
            : Either(message, start, "stream_sid") is { } exotel ? (MediaDialect.Exotel, exotel)
            : Either(message, start, "stream_id") is { } telnyx ? (MediaDialect.Telnyx, telnyx)
            : Either(message, start, "streamId") is { } plivo ? (MediaDialect.Plivo, plivo)
            : throw new CallException(
                "invalidMessage",
                "the start message names no stream: it must have streamSid, stream_sid, stream_id or streamId");
        var isSnake = dialect is MediaDialect.Exotel or MediaDialect.Telnyx;
        var call = dialect switch
        {
            MediaDialect.Twilio => Text(start, "callSid"),
            MediaDialect.Exotel => Text(start, "call_sid"),
            MediaDialect.Telnyx => Text(start, "call_control_id"),
            _ => Text(start, "callId"),
        };
        var format = Child(start, isSnake ? "media_format" : "mediaFormat")
            ?? throw new CallException("invalidMessage", "the start message has no media format");
        return new MediaMessage.Start(
            dialect, stream, call ?? "",
            SoundFormat.Parse(Text(format, "encoding"), Text(format, isSnake ? "sample_rate" : "sampleRate")),
            dialect == MediaDialect.Plivo
                ? ParametersOf(Text(message, "extra_headers") ?? "")
                : ParametersOf(Child(start, isSnake ? "custom_parameters" : "customParameters")));
    }

    /// <summary>Vonage's first message: what the operator added stands beside what is Vonage's.</summary>
    private static MediaMessage.Start ReadConnected(JsonElement message) => new(
        MediaDialect.Vonage, "", Text(message, "uuid") ?? "", SoundFormat.Parse(Text(message, "content-type"), null),
        ParametersOf(message));

    private static MediaMessage.Media ReadMedia(JsonElement message)
    {
        var media = Child(message, "media")
            ?? throw new CallException("invalidMessage", "a media message has no object \"media\"");
        if (!media.TryGetProperty("payload", out var payload) || payload.ValueKind != JsonValueKind.String
            || !payload.TryGetBytesFromBase64(out var sound))
        {
            throw new CallException("invalidMessage", "a media message has no payload in base64");
        }

        var number = Text(media, "chunk") ?? Text(message, "sequenceNumber") ?? Text(message, "sequence_number");
        return new MediaMessage.Media(
            Text(media, "track") is null or "inbound" or "inbound_track",
            number is null ? null
            : long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
                && place <= LargestNumber ? place
            : throw new CallException(
                "invalidMessage", $"the chunk of a media message is no whole number from 0 to {LargestNumber}"),
            sound);
    }

    private static Dictionary<string, string> ParametersOf(JsonElement? element)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        if (element is { } given)
        {
            foreach (var property in given.EnumerateObject())
            {
                if (TextOf(property.Value) is { } value)
                {
                    Add(parameters, property.Name, value);
                }
            }
        }

        return parameters;
    }

    /// <summary>"speaker=anna;call=7": Plivo documents a semicolon in one place and a comma in another.</summary>
    private static Dictionary<string, string> ParametersOf(string text)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split(
            [';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (pair.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value])
            {
                Add(parameters, name, value);
            }
        }

        return parameters;
    }

    private static void Add(Dictionary<string, string> parameters, string name, string value)
    {
        if (parameters.Count == MostParameters)
        {
            throw new CallException(
                "invalidMessage", $"the start message has more than {MostParameters} parameters, as many as may be");
        }

        parameters[name] = value;
    }

    private static string? Either(JsonElement message, JsonElement start, string name) =>
        Text(start, name) ?? Text(message, name);

    private static JsonElement? Child(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child)
        && child.ValueKind == JsonValueKind.Object
            ? child
            : null;

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child) ? TextOf(child) : null;

    /// <summary>A text or a number: providers write numbers either way.</summary>
    private static string? TextOf(JsonElement element)
    {
        var text = element.ValueKind switch
        {
            JsonValueKind.String => element.GetString(),
            JsonValueKind.Number => element.GetRawText(),
            _ => null,
        };
        return text is not { Length: > LongestText } ? text : throw new CallException(
            "invalidMessage", $"a text in a message has {text.Length} characters, and {LongestText} may be");
    }
}
