using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Speaker.Host.House.Wyoming;

namespace Speaker.Host.Tests.House;

/// <summary>How a <see cref="WyomingUpstream"/> behaves.</summary>
internal enum UpstreamManner
{
    /// <summary>Sends the words when the sound has ended.</summary>
    Orderly,

    /// <summary>Sends parts of the words before, as recognisers do that stream.</summary>
    Streaming,

    /// <summary>Takes more than a second to say what it can do.</summary>
    Slow,

    /// <summary>Sends the words at the first sound.</summary>
    Early,

    /// <summary>Ends the connection at the first sound.</summary>
    Vanishing,

    /// <summary>Never sends the words.</summary>
    Silent,

    /// <summary>Says that it failed, with words in its message.</summary>
    Failing,
}

/// <summary>A speech recognition that hears the same words in everything.</summary>
internal sealed class WyomingUpstream : IDisposable
{
    public const string Words = "open the door";

    public static readonly WyomingLimits Limits = new(1 << 16, 1 << 20, 1 << 20);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly UpstreamManner _manner;

    public WyomingUpstream(UpstreamManner manner = UpstreamManner.Orderly)
    {
        _manner = manner;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Everything that it was sent, but for the sound of a connection joined into one.</summary>
    public ConcurrentQueue<WyomingEvent> Received { get; } = [];

    /// <summary>Bytes of sound of each connection.</summary>
    public ConcurrentQueue<int> Sounds { get; } = [];

    /// <summary>What it offers.</summary>
    public static JsonArray Models() => (JsonArray)JsonNode.Parse(
        """
        [{"name":"tiny","description":null,"version":"2","attribution":{"name":"Someone","url":"https://example.org"},
          "installed":true,"languages":["en","de"]},
         {"name":"large","attribution":{"name":"Someone","url":"https://example.org"},"installed":false,
          "languages":["cs"]}]
        """)!;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        var channel = new WyomingChannel(client.GetStream(), Limits);
        var sound = 0;
        try
        {
            while (await channel.ReadAsync(default) is { } received)
            {
                sound += received.Payload.Length;
                if (received.Type != WyomingEvent.AudioChunk)
                {
                    Received.Enqueue(received);
                }

                switch (received.Type, _manner)
                {
                    case (WyomingEvent.Describe, _):
                        await Task.Delay(_manner == UpstreamManner.Slow ? 1500 : 0);
                        await channel.WriteAsync(new WyomingEvent(WyomingEvent.Info, Info()), default);
                        break;
                    case (WyomingEvent.AudioChunk, UpstreamManner.Vanishing):
                        return;
                    case (WyomingEvent.AudioChunk, UpstreamManner.Streaming):
                        await SendAsync("transcript-chunk");
                        break;
                    case (WyomingEvent.AudioChunk, UpstreamManner.Early):
                    case (WyomingEvent.AudioStop, UpstreamManner.Orderly or UpstreamManner.Streaming):
                        Sounds.Enqueue(sound);
                        await SendAsync(WyomingEvent.Transcript);
                        break;
                    case (WyomingEvent.AudioStop, UpstreamManner.Failing):
                        await SendAsync(WyomingEvent.Error);
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or WyomingException)
        {
            // The other side is gone.
        }

        Task SendAsync(string type) =>
            channel.WriteAsync(new WyomingEvent(type, new JsonObject { ["text"] = Words, ["code"] = "x" }), default);
    }

    private static JsonObject Info() => new()
    {
        ["asr"] = new JsonArray(new JsonObject
        {
            ["name"] = "test recogniser",
            ["attribution"] = new JsonObject { ["name"] = "Someone", ["url"] = "https://example.org" },
            ["installed"] = true,
            ["models"] = Models(),
        }),
        ["tts"] = new JsonArray(new JsonObject { ["name"] = "a voice" }),
    };
}
