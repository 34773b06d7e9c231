using System.Text.Json;
using Speaker.Host.Telephone.Calls;

namespace Speaker.Host.Telephone.Media;

/// <summary>What is sent back in a stream when its call is decided: "speaker:accept" as the name of the dialect's mark, or
/// everything in one JSON message, which no provider but only a client of one's own takes.</summary>
internal static class MediaReply
{
    /// <summary>The parameter of the start message that chooses.</summary>
    public const string Parameter = "reply";

    private const string Mark = "mark";
    private const string Everything = "json";
    private const string Nothing = "none";

    /// <summary>Whether a choice is one.</summary>
    public static bool IsKnown(string choice) => choice is Mark or Everything or Nothing;

    /// <summary>The message.</summary>
    /// <param name="start">Of the stream.</param>
    /// <param name="call">Decided.</param>
    /// <returns>UTF-8; null where nothing is sent.</returns>
    public static byte[]? Of(MediaMessage.Start start, Call call)
    {
        var choice = start.Parameters.GetValueOrDefault(Parameter, Mark);
        var json = CallPresenter.Json(call, null);
        return choice == Everything
            ? JsonSerializer.SerializeToUtf8Bytes(
                new CallMessageJson("decision", json), TelephoneJson.Output.CallMessageJson)
            : choice == Nothing || start.Dialect == MediaDialect.Vonage ? null
            : MarkOf(start, $"speaker:{json.Decision}");
    }

    private static byte[] MarkOf(MediaMessage.Start start, string name)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            writer.WriteString("event", start.Dialect == MediaDialect.Plivo ? "checkpoint" : "mark");
            writer.WriteString(
                start.Dialect switch
                {
                    MediaDialect.Twilio => "streamSid",
                    MediaDialect.Exotel => "stream_sid",
                    MediaDialect.Plivo => "streamId",
                    _ => "stream_id",
                },
                start.StreamId);
            if (start.Dialect == MediaDialect.Plivo)
            {
                writer.WriteString("name", name);
            }
            else
            {
                writer.WriteStartObject("mark");
                writer.WriteString("name", name);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return text.ToArray();
    }
}
