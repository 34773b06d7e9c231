using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Speaker.Host.House.Wyoming;

namespace Speaker.Host.Tests.House;

/// <summary>An assistant, as Home Assistant is one: 16 kHz, 16 bit, mono, in pieces of 64 ms.</summary>
internal sealed class WyomingClient : IDisposable
{
    private const int ChunkSamples = 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TcpClient _connection;
    private readonly WyomingChannel _channel;

    private WyomingClient(TcpClient connection)
    {
        _connection = connection;
        _channel = new WyomingChannel(connection.GetStream(), WyomingUpstream.Limits);
    }

    public static async Task<WyomingClient> ConnectAsync(IPEndPoint address)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(address);
        return new WyomingClient(connection);
    }

    /// <summary>Says something and waits for the words.</summary>
    public static async Task<string> AskAsync(IPEndPoint address, float[] speech)
    {
        using var client = await ConnectAsync(address);
        await client.SendAsync(new WyomingEvent(WyomingEvent.Transcribe, new JsonObject { ["language"] = "en" }));
        await client.StartAsync();
        await client.SayAsync(speech);
        await client.SendAsync(new WyomingEvent(WyomingEvent.AudioStop));
        return await client.TranscriptAsync();
    }

    public Task SendAsync(WyomingEvent sent) => _channel.WriteAsync(sent, default);

    public Task SendAsync(string bytes) => _connection.GetStream().WriteAsync(Encoding.UTF8.GetBytes(bytes)).AsTask();

    public Task StartAsync(int rate = 16000, int width = 2, int channels = 1) =>
        SendAsync(new WyomingEvent(WyomingEvent.AudioStart, Format(rate, width, channels)));

    /// <param name="speech">16 kHz mono.</param>
    public async Task SayAsync(float[] speech)
    {
        foreach (var part in speech.Chunk(ChunkSamples))
        {
            var bytes = new byte[2 * part.Length];
            for (var i = 0; i < part.Length; i++)
            {
                BinaryPrimitives.WriteInt16LittleEndian(
                    bytes.AsSpan(2 * i), (short)Math.Clamp(part[i] * 32768, short.MinValue, short.MaxValue));
            }

            await SendAsync(new WyomingEvent(WyomingEvent.AudioChunk, Format(16000, 2, 1), bytes));
        }
    }

    /// <summary>The next event; null where the service ended the connection.</summary>
    public async Task<WyomingEvent?> ReadAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            return await _channel.ReadAsync(limit.Token);
        }
        catch (IOException)
        {
            // Reset, because something of what was sent was not read any more.
            return null;
        }
    }

    /// <summary>The words, which must be the next event.</summary>
    public async Task<string> TranscriptAsync()
    {
        var answer = await ReadAsync();
        Assert.Equal(WyomingEvent.Transcript, answer?.Type);
        // Nothing else may come from the upstream.
        Assert.Equal(["text"], answer!.Data.Select(member => member.Key));
        return answer.Text("text")!;
    }

    /// <summary>Asserts that the service says what is wrong and ends the connection.</summary>
    public async Task<string> RefusedAsync(string code = "refused")
    {
        var answer = await ReadAsync();
        Assert.Equal(WyomingEvent.Error, answer?.Type);
        Assert.Equal(code, answer!.Text("code"));
        Assert.Null(await ReadAsync());
        return answer.Text("text")!;
    }

    /// <summary>Sends no more, and waits.</summary>
    public void EndSending() => _connection.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Goes as a machine that fails: what it was sent is not taken.</summary>
    public void Reset()
    {
        _connection.LingerState = new LingerOption(true, 0);
        _connection.Dispose();
    }

    public void Dispose() => _connection.Dispose();

    public static JsonObject Format(int rate, int width, int channels) =>
        new() { ["rate"] = rate, ["width"] = width, ["channels"] = channels };
}
