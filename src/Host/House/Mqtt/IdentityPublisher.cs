using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Exceptions;
using Speaker.CommandLine.Options;
using Speaker.Host.House.Voices;

namespace Speaker.Host.House.Mqtt;

/// <summary>
/// Tells an MQTT broker whose voice was heard, and Home Assistant what there is (MQTT discovery). Where the broker is
/// gone it is connected to again; what was heard meanwhile is dropped, since a voice of five minutes ago must not open
/// a door.
/// </summary>
internal sealed class IdentityPublisher : IDisposable
{
    private const int MostWaiting = 64;

    // What a broker that is slow, or was away, is still told of.
    private static readonly TimeSpan Oldest = TimeSpan.FromSeconds(5);

    private readonly HouseOptions _house;
    private readonly MqttOptions _options;
    private readonly MqttClientOptions _connection;
    private readonly IdentityMessages _messages;
    private readonly IMqttClient _client;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<(HeardVoice Voice, long At)> _heard;

    private volatile bool _isConnected;

    /// <param name="house">Has the satellites, and the pauses between tries.</param>
    /// <param name="options">With a server.</param>
    /// <param name="version">Of this program.</param>
    /// <param name="time">For the age of what was heard.</param>
    /// <param name="logger">For events.</param>
    /// <exception cref="CommandLine.UsageException">A file of the settings cannot be used.</exception>
    public IdentityPublisher(
        HouseOptions house, MqttOptions options, string? version, TimeProvider time, ILogger logger)
    {
        _house = house;
        _options = options;
        _connection = MqttConnectionOptions.Of(options, new Topics(options).Availability);
        _messages = new IdentityMessages(options, version);
        _client = new MqttClientFactory().CreateMqttClient();
        _time = time;
        _logger = logger;
        _heard = Channel.CreateBounded<(HeardVoice Voice, long At)>(
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest },
            old => _logger.NotPublished(old.Voice.Satellite));
    }

    /// <summary>Tells it, without waiting.</summary>
    public void Publish(HeardVoice heard)
    {
        // Before it is asked whether there is a connection: one that ends meanwhile does not make it younger.
        var at = _time.GetTimestamp();
        if (!_isConnected || !_heard.Writer.TryWrite((heard, at)))
        {
            _logger.NotPublished(heard.Satellite);
        }
    }

    /// <summary>Connects, and publishes until it is asked to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ConnectAsync(cancellationToken);
                failures = 0;
                await PublishAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // whatever it is, it is said and tried again: voices are recognised without a broker too
            catch (Exception exception)
#pragma warning restore CA1031
            {
                var wait = _house.RetryAfter(++failures);
                _logger.BrokerFailed(_options.Server!, exception.Message, wait.TotalSeconds);
                await Task.Delay(wait, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                DropWaiting();
            }
        }

        await LeaveAsync();
    }

    public void Dispose() => _client.Dispose();

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_client.IsConnected)
        {
            // It was a message that failed.
            await _client.DisconnectAsync(new MqttClientDisconnectOptions(), cancellationToken);
        }

        await _client.ConnectAsync(_connection, cancellationToken);
        foreach (var message in _house.Satellites().SelectMany(satellite => _messages.Discovery(satellite.Name))
            .Append(_messages.Availability(isOnline: true)))
        {
            await _client.PublishAsync(message, cancellationToken);
        }

        // Written by who had seen the last connection just before it ended.
        DropWaiting();
        _isConnected = true;
        _logger.BrokerConnected(_options.Server!);
    }

    private void DropWaiting()
    {
        while (_heard.Reader.TryRead(out var old))
        {
            _logger.NotPublished(old.Voice.Satellite);
        }
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task Gone(MqttClientDisconnectedEventArgs disconnected) => gone.CancelAsync();
        _client.DisconnectedAsync += Gone;
        try
        {
            // It may have gone before it was listened for.
            while (_client.IsConnected)
            {
                var (heard, at) = await _heard.Reader.ReadAsync(gone.Token);
                if (_time.GetElapsedTime(at) > Oldest)
                {
                    _logger.NotPublished(heard.Satellite);
                    continue;
                }

                await _client.PublishAsync(_messages.State(heard), gone.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The connection is gone.
        }
        finally
        {
            _isConnected = false;
            _client.DisconnectedAsync -= Gone;
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new IOException("the connection is gone");
    }

    /// <summary>Says that this service is no longer there; where that fails the broker's last will says it.</summary>
    private async Task LeaveAsync()
    {
        if (!_client.IsConnected)
        {
            return;
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await _client.PublishAsync(_messages.Availability(isOnline: false), limit.Token);
            await _client.DisconnectAsync(new MqttClientDisconnectOptions(), limit.Token);
        }
        catch (Exception exception) when (
            exception is MqttCommunicationException or IOException or OperationCanceledException)
        {
            _logger.NotLeft(_options.Server!, exception.Message);
        }
    }
}
