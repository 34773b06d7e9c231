using System.Net.WebSockets;
using Speaker.Host.Telephone.Sound;

namespace Speaker.Host.Telephone.Media;

/// <summary>Messages of a web socket, each as a whole and no longer than it may be.</summary>
/// <param name="socket">Accepted; it stays the caller's.</param>
/// <param name="aborted">The connection is gone.</param>
/// <remarks>One thread may receive while another sends.</remarks>
internal sealed class MediaSocket(WebSocket socket, CancellationToken aborted)
{
    private const int FirstBytes = 4096;

    /// <summary>How long the other side may take to close.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private byte[] _bytes = new byte[FirstBytes];

    /// <summary>The next message.</summary>
    /// <returns>Valid until the next one is asked for. Null: the other side has closed.</returns>
    /// <exception cref="CallException">It is longer than it may be.</exception>
    /// <exception cref="WebSocketException">The connection broke.</exception>
    /// <exception cref="OperationCanceledException">The connection broke.</exception>
    public async Task<(WebSocketMessageType Type, ReadOnlyMemory<byte> Content)?> ReceiveAsync()
    {
        var length = 0;
        while (true)
        {
            if (length == _bytes.Length)
            {
                if (length >= MediaMessages.MostBytes)
                {
                    throw new CallException(
                        "oversizedMessage", $"a message has more than {MediaMessages.MostBytes} bytes, as many as may be");
                }

                Array.Resize(ref _bytes, Math.Min(2 * length, MediaMessages.MostBytes));
            }

            var part = await socket.ReceiveAsync(_bytes.AsMemory(length), aborted);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                return (part.MessageType, _bytes.AsMemory(0, length));
            }
        }
    }

    /// <summary>Sends a message, where there is one, and closes; whoever does not read is given up.</summary>
    /// <param name="message">A text, UTF-8; null: none.</param>
    /// <param name="status">Of the closing.</param>
    /// <param name="reason">A code.</param>
    /// <param name="receiving">What still receives.</param>
    public async Task CloseAsync(byte[]? message, WebSocketCloseStatus status, string reason, Task receiving)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        limit.CancelAfter(_patience);
        try
        {
            if (message is not null && socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, limit.Token);
            }

            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(status, reason, limit.Token);
            }

            // Until the other side has closed too, or it would lose what was sent to it.
            await receiving.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (!limit.IsCancellationRequested && socket.State == WebSocketState.CloseSent)
            {
                await socket.ReceiveAsync(_bytes.AsMemory(), limit.Token);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException
            or ObjectDisposedException or IOException)
        {
            // Nobody is there any more.
        }
        finally
        {
            if (socket.State != WebSocketState.Closed)
            {
                socket.Abort();
            }
        }
    }
}
