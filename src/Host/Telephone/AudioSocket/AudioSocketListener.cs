using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.Http;
using Speaker.Host.Telephone.Calls;

namespace Speaker.Host.Telephone.AudioSocket;

/// <summary>Takes connections of Asterisk's AudioSocket, from its start until it is disposed.</summary>
internal sealed class AudioSocketListener : IAsyncDisposable
{
    /// <summary>How long calls may take to end when the service stops.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly TcpListener _listener;
    private readonly CallDesk _desk;
    private readonly TelephoneOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, byte> _calls = [];
    private readonly Task _accepting;

    private AudioSocketListener(
        TcpListener listener, CallDesk desk, TelephoneOptions options, TimeProvider time, ILogger logger)
    {
        _listener = listener;
        _desk = desk;
        _options = options;
        _time = time;
        _logger = logger;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens, with the port that it got.</summary>
    public IPEndPoint Place => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Begins to listen.</summary>
    /// <param name="place">Where.</param>
    /// <param name="desk">Takes the calls.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="time">Of the bounds.</param>
    /// <param name="logger">Told of it.</param>
    /// <exception cref="UsageException">The address is not to be had.</exception>
    public static AudioSocketListener Start(
        IPEndPoint place, CallDesk desk, TelephoneOptions options, TimeProvider time, ILogger logger)
    {
        var listener = new TcpListener(place);
        try
        {
            listener.Start();
        }
        catch (SocketException exception)
        {
            listener.Dispose();
            throw new UsageException(
                $"AudioSocket cannot be listened for on {place}: {exception.Message}: end the other program, or choose " +
                "another address (Speaker:Telephone:AudioSocket)",
                exception);
        }

        var started = new AudioSocketListener(listener, desk, options, time, logger);
        logger.AudioSocketListens(started.Place.ToString());
        if (!IPAddress.IsLoopback(place.Address))
        {
            logger.AudioSocketReachable(started.Place.ToString());
        }

        return started;
    }

    /// <summary>Takes no more calls, and waits a while until those that are under way have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_calls.Keys).WaitAsync(_patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync(_stopping.Token);
            }
            catch (SocketException exception) when (!_stopping.IsCancellationRequested)
            {
                // Such as no more files may be open: it passes.
                _logger.CallRefused("unknown", "busy", exception.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), _time, _stopping.Token);
                continue;
            }

            IDisposable place;
            try
            {
                place = _desk.Places.Take("");
            }
            catch (ProblemException exception)
            {
                _logger.CallRefused(AudioSocketCall.AddressOf(socket), exception.Code, exception.Message);
                socket.Dispose();
                continue;
            }

            var call = ServeAsync(socket, place);
            _calls.TryAdd(call, 0);
            _ = call.ContinueWith(
                done => _calls.TryRemove(done, out _), CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(Socket socket, IDisposable place)
    {
        // The acceptor goes on at once.
        await Task.Yield();
        using (place)
        {
            try
            {
                await new AudioSocketCall(socket, _desk, _options, _time, _logger).RunAsync(_stopping.Token);
            }
#pragma warning disable CA1031 // one connection's end is not the listener's
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _logger.ConnectionFailed(exception);
            }
        }
    }
}
