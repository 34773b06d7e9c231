using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Speaker.Host.Tests.Http;

/// <summary>A client of <c>/v1/live</c> with a socket of its own.</summary>
internal sealed class LiveClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public ClientWebSocket Socket { get; } = new();

    /// <summary>What came before the last message.</summary>
    public List<JsonElement> States { get; } = [];

    /// <param name="service">What to connect to.</param>
    /// <param name="query">After the question mark.</param>
    /// <param name="prepare">Adds headers and subprotocols.</param>
    public static async Task<LiveClient> ConnectAsync(
        HttpService service, string query, Action<ClientWebSocketOptions>? prepare = null)
    {
        var client = new LiveClient();
        client.Socket.Options.CollectHttpResponseDetails = true;
        prepare?.Invoke(client.Socket.Options);
        using var limit = new CancellationTokenSource(Patience);
        await client.Socket.ConnectAsync(
            new UriBuilder(service.Client.BaseAddress!) { Scheme = "ws", Path = "/v1/live", Query = query }.Uri,
            limit.Token);
        return client;
    }

    /// <summary>Sends samples in messages of so many bytes.</summary>
    public async Task SpeakAsync(ReadOnlyMemory<byte> samples, int messageBytes = 3200)
    {
        for (var at = 0; at < samples.Length; at += messageBytes)
        {
            await SendAsync(samples.Slice(at, Math.Min(messageBytes, samples.Length - at)), WebSocketMessageType.Binary);
        }
    }

    public Task EndAsync() => SayAsync("""{"type":"end"}""");

    public Task SayAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public async Task SendAsync(ReadOnlyMemory<byte> message, WebSocketMessageType type, bool isWhole = true)
    {
        using var limit = new CancellationTokenSource(Patience);
        await Socket.SendAsync(message, type, isWhole, limit.Token);
    }

    /// <summary>The next message; null where the server has closed.</summary>
    public async Task<JsonElement?> ReceiveAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        var (buffer, length) = (new byte[1 << 16], 0);
        while (true)
        {
            var received = await Socket.ReceiveAsync(buffer.AsMemory(length), limit.Token);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
                return null;
            }

            length += received.Count;
            if (received.EndOfMessage)
            {
                return JsonElement.Parse(buffer.AsSpan(0, length));
            }
        }
    }

    /// <summary>The last message, after the states; the server must have closed then.</summary>
    public async Task<JsonElement> ConcludeAsync(WebSocketCloseStatus status)
    {
        while (true)
        {
            var message = await ReceiveAsync() ?? throw new InvalidOperationException("there was no last message");
            if (message.GetProperty("type").GetString() == "state")
            {
                States.Add(message);
                continue;
            }

            Assert.Null(await ReceiveAsync());
            Assert.True(status == Socket.CloseStatus, $"{Socket.CloseStatus}: {message}");
            return message;
        }
    }

    public void Dispose() => Socket.Dispose();
}
