using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Speaker.Host.Telephone.Media;
using Speaker.Host.Tests.Http;

namespace Speaker.Host.Tests.Telephone;

/// <summary>A telephone provider: opens a media stream, and sends and takes messages in its dialect.</summary>
internal sealed class MediaClient : IDisposable
{
    public const string CallId = "call-1";
    private const string StreamId = "stream-1";

    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[1 << 16];

    public WebSocketCloseStatus? Closed => _socket.CloseStatus;

    public string? CloseReason => _socket.CloseStatusDescription;

    public static async Task<MediaClient> ConnectAsync(
        HttpService service, string path = "", params (string Name, string Value)[] headers)
    {
        var client = new MediaClient();
        foreach (var (name, value) in headers)
        {
            client._socket.Options.SetRequestHeader(name, value);
        }

        client._socket.Options.CollectHttpResponseDetails = true;
        var address = new UriBuilder(service.Client.BaseAddress!) { Scheme = "ws" }.Uri;
        try
        {
            await client._socket.ConnectAsync(new Uri(address, "/v1/telephone/stream" + path), default);
            return client;
        }
        catch (WebSocketException exception)
        {
            throw new RefusedException((int)client._socket.HttpStatusCode, exception);
        }
    }

    /// <summary>The start message, with the parameters where the dialect has them.</summary>
    public static string Start(
        MediaDialect dialect, string encoding, int rate, params (string Name, string Value)[] parameters)
    {
        var given = new JsonObject(parameters.Select(each => KeyValuePair.Create(each.Name, (JsonNode?)each.Value)));
        return dialect switch
        {
            MediaDialect.Twilio => new JsonObject
            {
                ["event"] = "start",
                ["streamSid"] = StreamId,
                ["start"] = new JsonObject
                {
                    ["streamSid"] = StreamId,
                    ["callSid"] = CallId,
                    ["tracks"] = new JsonArray("inbound"),
                    ["mediaFormat"] = Format("encoding", "sampleRate"),
                    ["customParameters"] = given,
                },
            }.ToJsonString(),
            MediaDialect.Telnyx => new JsonObject
            {
                ["event"] = "start",
                ["stream_id"] = StreamId,
                ["start"] = new JsonObject
                {
                    ["call_control_id"] = CallId,
                    ["media_format"] = Format("encoding", "sample_rate"),
                    ["custom_parameters"] = given,
                },
            }.ToJsonString(),
            MediaDialect.Exotel => new JsonObject
            {
                ["event"] = "start",
                ["stream_sid"] = StreamId,
                ["start"] = new JsonObject
                {
                    ["call_sid"] = CallId,
                    ["media_format"] = new JsonObject
                    {
                        ["encoding"] = encoding, ["sample_rate"] = $"{rate}", ["bit_rate"] = "16",
                    },
                    ["custom_parameters"] = given,
                },
            }.ToJsonString(),
            MediaDialect.Plivo => new JsonObject
            {
                ["event"] = "start",
                ["start"] = new JsonObject
                {
                    ["callId"] = CallId, ["streamId"] = StreamId, ["mediaFormat"] = Format("encoding", "sampleRate"),
                },
                ["extra_headers"] = string.Join(';', parameters.Select(each => $"{each.Name}={each.Value}")),
            }.ToJsonString(),
            _ => new JsonObject(
            [
                KeyValuePair.Create("event", (JsonNode?)"websocket:connected"),
                KeyValuePair.Create("content-type", (JsonNode?)$"audio/l16;rate={rate}"),
                KeyValuePair.Create("uuid", (JsonNode?)CallId),
                .. parameters.Select(each => KeyValuePair.Create(each.Name, (JsonNode?)each.Value)),
            ]).ToJsonString(),
        };

        JsonObject Format(string name, string rateName) => new()
        {
            [name] = encoding, [rateName] = rate, ["channels"] = 1,
        };
    }

    public static string Media(int number, byte[] frame) =>
        $$$"""{"event":"media","media":{"track":"inbound","chunk":"{{{number}}}","payload":"{{{Convert.ToBase64String(frame)}}}"}}""";

    public Task SendAsync(string text) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, default);

    public Task SendAsync(byte[] bytes) =>
        _socket.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, default);

    /// <summary>Sends every frame, numbered from 1.</summary>
    public async Task PlayAsync(IReadOnlyList<byte[]> frames)
    {
        for (var i = 0; i < frames.Count; i++)
        {
            await SendAsync(Media(i + 1, frames[i]));
        }
    }

    /// <summary>The next text message; null once the service has closed.</summary>
    public async Task<string?> ReceiveAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var length = 0;
        while (true)
        {
            var part = await _socket.ReceiveAsync(_buffer.AsMemory(length), limit.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
                return null;
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                return Encoding.UTF8.GetString(_buffer, 0, length);
            }
        }
    }

    /// <summary>Breaks the connection without a word.</summary>
    public void Abort() => _socket.Abort();

    public void Dispose() => _socket.Dispose();
}

/// <summary>The service did not open a web socket.</summary>
internal sealed class RefusedException(int status, Exception inner) : Exception($"status {status}", inner)
{
    public int Status { get; } = status;
}
