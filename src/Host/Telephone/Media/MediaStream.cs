using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using Speaker.CommandLine.Options;
using Speaker.Host.Telephone.Calls;
using Speaker.Host.Telephone.Sound;

namespace Speaker.Host.Telephone.Media;

/// <summary>One media stream, from its first message until it is closed.</summary>
/// <param name="socket">Its messages.</param>
/// <param name="identify">The call that a start message begins, in the book; it throws where it begins none.</param>
/// <param name="desk">Listens.</param>
/// <param name="options">The bounds.</param>
/// <param name="time">Of the bounds.</param>
/// <param name="logger">Told of calls that do not begin.</param>
/// <param name="address">Where it is from, for the log.</param>
internal sealed class MediaStream(
    MediaSocket socket,
    Func<MediaMessage.Start, Call> identify,
    CallDesk desk,
    TelephoneOptions options,
    TimeProvider time,
    ILogger logger,
    string address)
{
    private Task _receiving = Task.CompletedTask;

    /// <summary>Listens, answers and closes.</summary>
    /// <param name="stopping">The service stops.</param>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            if (await StartAsync(stopping) is not { } start)
            {
                return;
            }

            var ended = await desk.RunAsync(identify(start), start.Format, listener => Pump(listener, start), stopping);
            await socket.CloseAsync(
                MediaReply.Of(start, ended),
                ended.Result!.End == CallEnd.Invalid ? WebSocketCloseStatus.PolicyViolation
                    : WebSocketCloseStatus.NormalClosure,
                ended.Result.Code, _receiving);
        }
        catch (CallException exception)
        {
            logger.CallRefused(address, exception.Code, exception.Message);
            await socket.CloseAsync(null, WebSocketCloseStatus.PolicyViolation, exception.Code, _receiving);
        }
        catch (CallsFullException exception)
        {
            logger.CallRefused(address, "busy", exception.Message);
            await socket.CloseAsync(null, (WebSocketCloseStatus)1013, "busy", _receiving);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            logger.CallRefused(address, "disconnected", "the connection broke before the call began");
        }
    }

    /// <summary>The start message.</summary>
    /// <returns>Null where the other side closes before.</returns>
    /// <exception cref="CallException">It does not come in time, or something else comes before it.</exception>
    private async Task<MediaMessage.Start?> StartAsync(CancellationToken stopping)
    {
        var starting = ReceiveStartAsync();
        _receiving = starting;
        try
        {
            return await starting.WaitAsync(TimeSpan.FromSeconds(options.StartSeconds), time, stopping);
        }
        catch (TimeoutException)
        {
            throw new CallException(
                "missingStart",
                $"no start message came in {options.StartSeconds} s (Speaker:Telephone:StartSeconds)");
        }
    }

    private async Task<MediaMessage.Start?> ReceiveStartAsync()
    {
        while (await socket.ReceiveAsync() is { } message)
        {
            if (message.Type == WebSocketMessageType.Binary)
            {
                throw MissingStart();
            }

            switch (MediaMessages.Parse(message.Content))
            {
                case MediaMessage.Start start:
                    return MediaReply.IsKnown(start.Parameters.GetValueOrDefault(MediaReply.Parameter, "mark"))
                        ? start
                        : throw new CallException(
                            "invalidArgument", $"the parameter {MediaReply.Parameter} must be mark, json or none");
                case MediaMessage.Media:
                    throw MissingStart();
                case MediaMessage.Stop:
                    return null;
            }
        }

        return null;
    }

    private Task<CallEnd> Pump(CallListener listener, MediaMessage.Start start)
    {
        var pump = PumpAsync(listener, start);
        _receiving = pump;
        return pump;
    }

    private async Task<CallEnd> PumpAsync(CallListener listener, MediaMessage.Start start)
    {
        try
        {
            while (await socket.ReceiveAsync() is { } message)
            {
                listener.Note();
                if (message.Type == WebSocketMessageType.Binary)
                {
                    // Vonage's sound; of the others everything is text.
                    listener.Hear(
                        null,
                        start.Dialect == MediaDialect.Vonage
                            ? start.Format.Decode(message.Content.Span)
                            : throw new CallException("invalidMessage", "a message is binary, and must be text"));
                    continue;
                }

                switch (MediaMessages.Parse(message.Content))
                {
                    case MediaMessage.Media { IsInbound: true } media:
                        listener.Hear(media.Number, start.Format.Decode(media.Sound));
                        break;
                    case MediaMessage.Start:
                        throw new CallException("startedTwice", "the stream was started a second time");
                    case MediaMessage.Stop:
                        return CallEnd.Stop;
                }
            }

            // Vonage hangs up by closing; of the others stop comes before.
            return start.Dialect == MediaDialect.Vonage ? CallEnd.Stop : CallEnd.Disconnect;
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            return CallEnd.Disconnect;
        }
    }

    private static CallException MissingStart() => new("missingStart", "sound came before a start message");
}
