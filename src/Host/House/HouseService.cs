using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Speaker.CommandLine.Options;
using Speaker.Host.House.Mdns;
using Speaker.Host.House.Mqtt;
using Speaker.Host.House.Proxy;
using Speaker.Host.House.Voices;

namespace Speaker.Host.House;

/// <summary>
/// Stands before the speech recognition of a smart home: assistants connect to it by the Wyoming protocol, it says by
/// MQTT whose voice it heard, and is found by mDNS. Does nothing where the settings name no address to listen on.
/// </summary>
internal sealed class HouseService : BackgroundService
{
    private readonly ISpeakerRecognizer _recognizer;
    private readonly HouseOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _places;
    private readonly IdentityPublisher? _publisher;

    /// <exception cref="CommandLine.UsageException">A file of the settings cannot be used.</exception>
    public HouseService(
        ISpeakerRecognizer recognizer,
        IOptions<HouseOptions> options,
        IOptions<MqttOptions> mqtt,
        TimeProvider time,
        ILogger<HouseService> logger)
    {
        _recognizer = recognizer;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _places = new SemaphoreSlim(_options.MaximumConnections);
        if (_options.IsOn && mqtt.Value.Server is not null)
        {
            _publisher = new IdentityPublisher(_options, mqtt.Value, ServiceInfo.Version, time, logger);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _publisher?.Dispose();
        _places.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_options.IsOn)
        {
            return;
        }

        var satellites = _options.Satellites();
        using var responder = _options.Announce && satellites.Any(each => !IPAddress.IsLoopback(each.Address.Address))
            ? new MdnsResponder(LocalInterface.All, MdnsResponder.StandardPort, _time, _logger)
            : null;
        var judge = new VoiceJudge(_recognizer, _options, _logger);
        await Task.WhenAll(
        [
            _publisher?.RunAsync(stoppingToken) ?? Task.CompletedTask,
            responder is null ? Task.CompletedTask : AnnounceAsync(responder, stoppingToken),
            WarnOfNamesAsync(stoppingToken),
            .. satellites.Select(satellite => new WyomingListener(
                satellite, _options, _places, judge, heard => _publisher?.Publish(heard), _logger)
                .RunAsync(address => responder?.Add(ServiceOf(satellite.Name, address)), stoppingToken)),
        ]);
    }

    /// <summary>What is announced has the machine's name in it, so that two of a network differ.</summary>
    private static AnnouncedService ServiceOf(string satellite, IPEndPoint address)
    {
        var machine = Environment.MachineName.Split('.')[0];
        return new AnnouncedService($"{ServiceInfo.NameOf(satellite)} ({machine})", $"speaker-{machine}", address);
    }

    private async Task WarnOfNamesAsync(CancellationToken cancellationToken)
    {
        if (_options.AllowedSpeakers().Count == 0)
        {
            return;
        }

        try
        {
            var enrolled = await _recognizer.ListAsync(cancellationToken);
            foreach (var name in AllowedSpeakers.NotEnrolled(_options, enrolled))
            {
                _logger.AllowedNotEnrolled(name);
            }
        }
        catch (StoreException exception)
        {
            _logger.AllowedNotLookedUp(exception.Message);
        }
    }

    private async Task AnnounceAsync(MdnsResponder responder, CancellationToken cancellationToken)
    {
        try
        {
            await responder.RunAsync(cancellationToken);
        }
#pragma warning disable CA1031 // whatever it is, it is said, and the rest goes on
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            // The address can be entered by hand.
            _logger.AnnouncingFailed($"UDP port {MdnsResponder.StandardPort}", exception.Message);
        }
    }
}
