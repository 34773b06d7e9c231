using System.Buffers;
using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Speaker.Host.Http;

/// <summary>
/// The web socket of a live verification: sound and the word that it ends come in, states, a decision or a problem go out.
/// A client that does not read is given up: a message that is not taken in time ends the connection.
/// </summary>
/// <remarks>One thread may receive while another sends.</remarks>
/// <param name="socket">Accepted.</param>
/// <param name="patience">How long a message may take to be sent.</param>
/// <param name="aborted">The connection is gone.</param>
internal sealed class LiveSocket(WebSocket socket, TimeSpan patience, CancellationToken aborted)
{
    /// <summary>Longer than any text that a client has reason to send.</summary>
    private const int LongestText = 1024;

    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);

    private readonly byte[] _bytes = new byte[1 << 14];
    private readonly float[] _samples = new float[(1 << 14) / sizeof(short)];

    /// <summary>Bytes at the front of the buffer that belong to a message whose rest is to come.</summary>
    private int _kept;

    /// <summary>The next part that came. A connection that ends otherwise than by a message ends with
    /// <see cref="LivePartKind.Gone"/>.</summary>
    /// <exception cref="ProblemException">The client sent what cannot be.</exception>
    public async Task<LivePart> ReceiveAsync()
    {
        while (true)
        {
            var received = await TryReceiveAsync();
            if (received is not { } message || message.MessageType == WebSocketMessageType.Close)
            {
                return new LivePart(LivePartKind.Gone);
            }

            var count = _kept + message.Count;
            if (message.MessageType == WebSocketMessageType.Binary)
            {
                return Sound(count, message.EndOfMessage);
            }

            _kept = message.EndOfMessage ? 0 : count;
            if (count > LongestText)
            {
                throw new ProblemException(
                    413, "tooLarge", $"a text message is longer than {LongestText:#,0} bytes: sound goes in binary ones");
            }

            if (message.EndOfMessage)
            {
                return IsEnd(_bytes.AsMemory(0, count))
                    ? new LivePart(LivePartKind.End)
                    : throw new ProblemException(
                        400, "invalidRequest", """a text message is not understood: the only one is {"type":"end"}""");
            }
        }
    }

    /// <summary>Sends a document with its type in front.</summary>
    /// <returns>Whether the client took it.</returns>
    public Task<bool> SendAsync<T>(string type, T document, JsonTypeInfo<T> contract)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { Encoder = contract.Options.Encoder }))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            foreach (var field in JsonSerializer.SerializeToElement(document, contract).EnumerateObject())
            {
                if (!field.NameEquals("type"))
                {
                    field.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }

        return TryAsync(patience, cancellation => socket.SendAsync(
            text.WrittenMemory, WebSocketMessageType.Text, endOfMessage: true, cancellation).AsTask());
    }

    /// <summary>Closes, and waits a while until the client has: what it still sends is dropped, so that it gets what was
    /// sent to it.</summary>
    /// <param name="status">Why.</param>
    /// <param name="pending">A receive that was not awaited; null where there is none.</param>
    public async Task CloseAsync(WebSocketCloseStatus status, Task<LivePart>? pending)
    {
        if (!await TryAsync(ClosePatience, cancellation => socket.CloseOutputAsync(status, null, cancellation)))
        {
            return;
        }

        await TryAsync(ClosePatience, async cancellation =>
        {
            if (pending is not null)
            {
                await ((Task)pending).WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            while (!cancellation.IsCancellationRequested && socket.State == WebSocketState.CloseSent)
            {
                await socket.ReceiveAsync(_bytes.AsMemory(), cancellation);
            }
        });
    }

    private static bool IsEnd(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("type", out var type)
                && type.ValueKind == JsonValueKind.String && type.ValueEquals("end");
        }
        // InvalidOperationException: half of a surrogate pair, which is no text.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>What a client does to a connection is no fault of this service's.</summary>
    private static bool IsOfTheConnection(Exception exception) =>
        exception is WebSocketException or OperationCanceledException or IOException;

    /// <exception cref="ProblemException">The message ends in the middle of a sample.</exception>
    private LivePart Sound(int count, bool isWhole)
    {
        for (var i = 0; i < count / sizeof(short); i++)
        {
            _samples[i] = BinaryPrimitives.ReadInt16LittleEndian(_bytes.AsSpan(i * sizeof(short))) / 32768f;
        }

        _kept = count % sizeof(short);
        if (_kept > 0)
        {
            if (isWhole)
            {
                throw new ProblemException(
                    400, "invalidRequest",
                    "a binary message has an odd number of bytes: a sample has two, little-endian");
            }

            _bytes[0] = _bytes[count - 1];
        }

        return new LivePart(LivePartKind.Sound, _samples.AsMemory(0, count / sizeof(short)));
    }

    private async Task<ValueWebSocketReceiveResult?> TryReceiveAsync()
    {
        try
        {
            return await socket.ReceiveAsync(_bytes.AsMemory(_kept), aborted);
        }
        catch (Exception exception) when (IsOfTheConnection(exception))
        {
            return null;
        }
    }

    private async Task<bool> TryAsync(TimeSpan within, Func<CancellationToken, Task> exchange)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        limit.CancelAfter(within);
        try
        {
            await exchange(limit.Token);
            return true;
        }
        catch (Exception exception) when (IsOfTheConnection(exception))
        {
            return false;
        }
    }
}
