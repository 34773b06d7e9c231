using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Speaker.CommandLine.Options;
using Speaker.Host.Telephone.Calls;
using Speaker.Host.Telephone.Sound;

namespace Speaker.Host.Telephone.AudioSocket;

/// <summary>One connection of Asterisk: the UUID of a call that was announced, then its sound. When the call is decided the
/// connection is closed with a hang-up frame, and the dial plan goes on.</summary>
internal sealed class AudioSocketCall(
    Socket socket, CallDesk desk, TelephoneOptions options, TimeProvider time, ILogger logger)
{
    private const string Source = "audioSocket";

    private static readonly byte[] _hangUp = [(byte)AudioSocketKind.HangUp, 0, 0];
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>Listens until the call ends, and closes.</summary>
    /// <param name="stopping">The service stops.</param>
    public async Task RunAsync(CancellationToken stopping)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        // For what is read only: a buffer for both would have to seek.
        await using var buffered = new BufferedStream(stream);
        var frames = new AudioSocketFrames(buffered);
        var pump = Task.CompletedTask;
        try
        {
            var start = await StartAsync(frames, over.Token);
            if (start is var (call, first))
            {
                await desk.RunAsync(
                    call, first.Format!.Value,
                    listener =>
                    {
                        var pumping = PumpAsync(frames, first, listener, over.Token);
                        pump = pumping;
                        return pumping;
                    },
                    stopping);
            }
        }
        catch (Exception exception) when (exception is CallException or IOException or OperationCanceledException)
        {
            logger.CallRefused(
                AddressOf(socket), (exception as CallException)?.Code ?? "disconnected", exception.Message);
        }
        finally
        {
            await HangUpAsync(stream, frames, pump);
            await over.CancelAsync();
            await pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Where a connection is from, for the log.</summary>
    public static string AddressOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint?.ToString() ?? "unknown";
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is gone already.
            return "unknown";
        }
    }

    /// <summary>What begins a call: its UUID, and the first sound, which has the rate.</summary>
    /// <returns>Null where the caller hangs up before.</returns>
    /// <exception cref="CallException">It does not come in time, or something else comes.</exception>
    private async Task<(Call Call, AudioSocketFrame First)?> StartAsync(
        AudioSocketFrames frames, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.StartSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (await frames.ReadAsync(either.Token) is not { } uuid)
            {
                return null;
            }

            if (uuid is not { Kind: AudioSocketKind.Uuid, Payload.Length: 16 })
            {
                throw new CallException("missingUuid", "the first frame must be a UUID of 16 bytes");
            }

            AudioSocketFrame? first;
            do
            {
                first = await frames.ReadAsync(either.Token);
                if (first is null or { Kind: AudioSocketKind.HangUp or AudioSocketKind.Error })
                {
                    return null;
                }
            }
            while (first.Value.Format is null);

            var id = new Guid(uuid.Payload, bigEndian: true).ToString();
            return (desk.Book.Begin(id, Source, null) ?? throw new CallException(
                "unknownCall", "no such call is announced, it came too late, or it was begun already"), first.Value);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new CallException(
                "missingStart",
                $"no UUID and no sound came in {options.StartSeconds} s (Speaker:Telephone:StartSeconds)");
        }
    }

    private static async Task<CallEnd> PumpAsync(
        AudioSocketFrames frames, AudioSocketFrame first, CallListener listener, CancellationToken cancellationToken)
    {
        try
        {
            for (AudioSocketFrame? next = first; next is { } frame; next = await frames.ReadAsync(cancellationToken))
            {
                listener.Note();
                if (frame.Format is { } format)
                {
                    listener.Hear(null, format == first.Format ? format.Decode(frame.Payload) : throw new CallException(
                        "rateChanged",
                        $"sound of {format.Rate} Hz came in a call of {first.Format!.Value.Rate} Hz"));
                    continue;
                }

                switch (frame.Kind)
                {
                    case AudioSocketKind.HangUp:
                        return CallEnd.Stop;
                    case AudioSocketKind.Uuid:
                        throw new CallException("startedTwice", "a second UUID came in one connection");
                    case AudioSocketKind.Error:
                        return CallEnd.Disconnect;
                }
            }

            // The protocol has it that closing the connection hangs up.
            return CallEnd.Stop;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return CallEnd.Disconnect;
        }
    }

    private async Task HangUpAsync(NetworkStream stream, AudioSocketFrames frames, Task pump)
    {
        using var limit = new CancellationTokenSource(_patience);
        try
        {
            await stream.WriteAsync(_hangUp, limit.Token);
            socket.Shutdown(SocketShutdown.Send);
            // Until the other side has closed too, or it would lose what was sent to it.
            await pump.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (!limit.IsCancellationRequested && await frames.ReadAsync(limit.Token) is not null)
            {
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
        {
            // Nobody is there any more.
        }
    }
}
