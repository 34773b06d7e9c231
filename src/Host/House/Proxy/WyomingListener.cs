using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Speaker.CommandLine.Options;
using Speaker.Host.House.Voices;

namespace Speaker.Host.House.Proxy;

/// <summary>Listens for the assistant of a satellite. An address that is not to be had is tried again until it
/// is.</summary>
/// <param name="satellite">Whose.</param>
/// <param name="options">The bounds.</param>
/// <param name="places">Of connections, for all listeners together.</param>
/// <param name="judge">Whose voice an utterance is.</param>
/// <param name="tell">Told of every utterance that was answered; may not wait.</param>
/// <param name="logger">For events.</param>
internal sealed class WyomingListener(
    Satellite satellite,
    HouseOptions options,
    SemaphoreSlim places,
    VoiceJudge judge,
    Action<HeardVoice> tell,
    ILogger logger)
{
    private readonly ConcurrentDictionary<Task, bool> _sessions = [];

    /// <summary>Listens until it is asked to stop; connections end with it.</summary>
    /// <param name="listening">Told of the address whenever it listens.</param>
    /// <param name="cancellationToken">Asks it.</param>
    public async Task RunAsync(Action<IPEndPoint> listening, CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var listener = new TcpListener(satellite.Address);
                listener.Start();
                failures = 0;
                var address = (IPEndPoint)listener.LocalEndpoint;
                logger.HouseListening(satellite.Name, address);
                listening(address);
                await AcceptAsync(listener, cancellationToken);
            }
            catch (SocketException exception)
            {
                var wait = options.RetryAfter(++failures);
                logger.HouseListenFailed(satellite.Name, satellite.Address, exception.Message, wait.TotalSeconds);
                await Task.Delay(wait, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(_sessions.Keys);
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken cancellationToken)
    {
        while (true)
        {
            Socket connection;
            try
            {
                connection = await listener.AcceptSocketAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (!places.Wait(0, CancellationToken.None))
            {
                logger.ConnectionWithoutPlace(satellite.Name, options.MaximumConnections);
                connection.Dispose();
                continue;
            }

            var session = ServeAsync(connection, cancellationToken);
            _sessions[session] = true;
            _ = session.ContinueWith(
                ended => _sessions.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.None,
                TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(Socket connection, CancellationToken cancellationToken)
    {
        // Not on the thread that accepts.
        await Task.Yield();
        try
        {
            connection.NoDelay = true;
            await using var stream = new NetworkStream(connection, ownsSocket: true);
            using var session = new WyomingSession(
                stream, satellite.Name, options, judge, tell, logger, cancellationToken);
            await session.RunAsync();
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            logger.ConnectionGone(satellite.Name, exception.Message);
        }
#pragma warning disable CA1031 // ends this connection, and no other
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.ConnectionFailed(satellite.Name, exception);
        }
        finally
        {
            places.Release();
        }
    }
}
