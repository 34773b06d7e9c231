using System.Collections.Concurrent;
using System.Net;
using Speaker.CommandLine.Options;
using Speaker.Host.House.Proxy;
using Speaker.Host.House.Voices;
using Speaker.Host.Tests.Http;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.House;

/// <summary>The house's speech recognition on a port of its own.</summary>
internal sealed class HouseProxy : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _places;
    private readonly Task _running;
    private IPEndPoint? _address;

    private HouseProxy(ISpeakerRecognizer recognizer, HouseOptions options)
    {
        _places = new SemaphoreSlim(options.MaximumConnections);
        var logger = Events.CreateLogger("");
        _running = new WyomingListener(
            options.Satellites().Single(), options, _places, new VoiceJudge(recognizer, options, logger), Heard.Enqueue,
            logger).RunAsync(address => _address = address, _stop.Token);
    }

    public IPEndPoint Address => _address!;

    public EventLog Events { get; } = new();

    public ConcurrentQueue<HeardVoice> Heard { get; } = [];

    /// <param name="recognizer">Knows the voices.</param>
    /// <param name="upstream">Port of the speech recognition.</param>
    /// <param name="change">What is otherwise than by default.</param>
    public static async Task<HouseProxy> StartAsync(
        ISpeakerRecognizer recognizer, int upstream, Action<HouseOptions>? change = null)
    {
        var proxy = Begin(recognizer, upstream, change);
        await proxy.ListeningAsync();
        return proxy;
    }

    /// <summary>As the other, without waiting until it listens.</summary>
    public static HouseProxy Begin(ISpeakerRecognizer recognizer, int upstream, Action<HouseOptions>? change = null)
    {
        var options = new HouseOptions { Listen = "kitchen=127.0.0.1:0", Upstream = $"127.0.0.1:{upstream}" };
        change?.Invoke(options);
        Assert.True(new HouseOptionsValidator().Validate(null, options).Succeeded);
        return new HouseProxy(recognizer, options);
    }

    public Task ListeningAsync() => RunningService.WaitAsync(() => _address is not null, Said);

    public Task<WyomingClient> ConnectAsync() => WyomingClient.ConnectAsync(Address);

    public Task<string> AskAsync(float[] speech) => WyomingClient.AskAsync(Address, speech);

    /// <summary>Waits for an event by its number.</summary>
    public Task WaitAsync(int id) => RunningService.WaitAsync(() => Events.Entries.Any(entry => entry.Id == id), Said);

    /// <summary>Waits until so many voices were told of, which is after their answers.</summary>
    public async Task<IReadOnlyList<HeardVoice>> HeardAsync(int count)
    {
        await RunningService.WaitAsync(() => Heard.Count >= count, Said);
        return [.. Heard];
    }

    public string Said() => string.Join('\n', Events.Entries.Select(entry => entry.Message));

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromMinutes(1));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _places.Dispose();
    }
}
