using System.Collections.Concurrent;
using System.Text.Json;
using MQTTnet;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.House.Mqtt;
using Speaker.Host.House.Voices;
using Speaker.Host.Tests.Http;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.House;

/// <summary>What a real broker passes on to those who listen.</summary>
public sealed class MqttTests : IDisposable
{
    private static readonly HeardVoice Anna = new(
        "kitchen", new VoiceDecision(Outcome.Accepted, "anna", 0.12346, 3.21987, "withinThreshold"), true);

    private readonly MosquittoBroker? _broker = MosquittoBroker.Unavailable is null ? new() : null;
    private readonly IMqttClient _listener = new MqttClientFactory().CreateMqttClient();
    private readonly ConcurrentQueue<(string Topic, string Text, bool IsRetained)> _messages = [];
    private readonly EventLog _events = new();
    private readonly ManualTime _time = new(DateTimeOffset.UnixEpoch);

    private readonly HouseOptions _house =
        new() { Listen = "kitchen=0.0.0.0:1;study=0.0.0.0:2", Upstream = "localhost:1", RetrySeconds = 0.1 };

    public void Dispose()
    {
        _listener.Dispose();
        _broker?.Dispose();
        _events.Dispose();
    }

    [BrokerFact]
    public async Task Run_UntilStopped_TellsWhatThereIsAndWhoWasHeardAndThatItLeaves()
    {
        using var stop = new CancellationTokenSource();
        using var publisher = Publisher(Options());
        var running = publisher.RunAsync(stop.Token);
        await WaitForEventAsync(172);
        await ListenAsync();
        // What is retained comes at once.
        await WaitAsync("speaker/availability", "online");
        await RunningService.WaitAsync(() => _messages.Count >= 5, Said);
        Assert.All(_messages, message => Assert.True(message.IsRetained));

        publisher.Publish(Anna);
        publisher.Publish(new HeardVoice("study", VoiceDecision.TimedOut, false));
        await WaitAsync(
            "speaker/kitchen/state",
            """{"speaker":"anna","decision":"accept","score":0.1235""" +
            ""","llr":3.2199,"reason":"withinThreshold","passed":true}""");
        await WaitAsync(
            "speaker/study/state",
            """{"speaker":null,"decision":"inconclusive","score":null""" +
            ""","llr":null,"reason":"timedOut","passed":false}""");
        var discovered = _messages
            .Where(message => message.Topic.StartsWith("homeassistant/", StringComparison.Ordinal))
            .ToDictionary(message => message.Topic, message => message.Text);
        Assert.Equal(
            [
                "homeassistant/sensor/speaker_kitchen/decision/config",
                "homeassistant/sensor/speaker_kitchen/speaker/config",
                "homeassistant/sensor/speaker_study/decision/config",
                "homeassistant/sensor/speaker_study/speaker/config",
            ],
            discovered.Keys.Order(StringComparer.Ordinal));
        using var entity = JsonDocument.Parse(discovered["homeassistant/sensor/speaker_study/speaker/config"]);
        Assert.Equal("speaker_study_speaker", entity.RootElement.GetProperty("unique_id").GetString());
        Assert.Equal("speaker/study/state", entity.RootElement.GetProperty("state_topic").GetString());
        Assert.Equal("speaker/study/state", entity.RootElement.GetProperty("json_attributes_topic").GetString());
        Assert.Equal("speaker/availability", entity.RootElement.GetProperty("availability_topic").GetString());
        Assert.Equal("{{ value_json.speaker }}", entity.RootElement.GetProperty("value_template").GetString());
        Assert.True(entity.RootElement.GetProperty("force_update").GetBoolean());
        Assert.Equal(
            "speaker_study", entity.RootElement.GetProperty("device").GetProperty("identifiers")[0].GetString());

        await stop.CancelAsync();
        await running;
        await WaitAsync("speaker/availability", "offline");
        // Who comes later is told that nobody is there, and of no voice.
        await _listener.DisconnectAsync();
        _messages.Clear();
        await ListenAsync();
        await WaitAsync("speaker/availability", "offline");
        Assert.DoesNotContain(_messages, message => message.Topic.EndsWith("/state", StringComparison.Ordinal));
    }

    [BrokerFact]
    public async Task Run_BrokerThatGoesAndComesBack_IsToldAgainButNotOfVoicesOfMeanwhile()
    {
        using var stop = new CancellationTokenSource();
        using var publisher = Publisher(Options());
        var running = publisher.RunAsync(stop.Token);
        await WaitForEventAsync(172);
        _broker!.Kill();
        await WaitForEventAsync(173);
        publisher.Publish(Anna);
        await WaitForEventAsync(174);
        _broker.Start();
        await RunningService.WaitAsync(() => _events.Entries.Count(entry => entry.Id == 172) == 2, Said);
        await ListenAsync();
        await WaitAsync("speaker/availability", "online");
        publisher.Publish(Anna with { Satellite = "study" });
        await RunningService.WaitAsync(() => _messages.Any(message => message.Topic == "speaker/study/state"), Said);
        Assert.DoesNotContain(_messages, message => message.Topic == "speaker/kitchen/state");
        await stop.CancelAsync();
        await running;
    }

    /// <summary>A voice that waits behind one that the broker takes slowly is not told when it is old.</summary>
    [BrokerFact]
    public async Task Run_BrokerThatIsSlow_IsNotToldOfOldVoices()
    {
        var options = Options();
        options.TimeoutSeconds = 60;
        using var stop = new CancellationTokenSource();
        using var publisher = Publisher(options);
        var running = publisher.RunAsync(stop.Token);
        await WaitForEventAsync(172);
        await ListenAsync();
        await WaitAsync("speaker/availability", "online");
        _broker!.Pause();
        publisher.Publish(Anna);
        publisher.Publish(Anna with { Satellite = "old" });
        _time.Advance(TimeSpan.FromSeconds(6));
        _broker.Resume();
        await RunningService.WaitAsync(
            () => _events.Entries.Any(
                entry => entry.Id == 174 && entry.Message.Contains("at old:", StringComparison.Ordinal)),
            Said);
        publisher.Publish(Anna with { Satellite = "study" });
        await RunningService.WaitAsync(() => _messages.Any(message => message.Topic == "speaker/study/state"), Said);
        Assert.DoesNotContain(_messages, message => message.Topic == "speaker/old/state");
        await stop.CancelAsync();
        await running;
    }

    [BrokerFact]
    public async Task Run_ProcessThatEndsWithoutAWord_TheLastWillSaysIt()
    {
        var options = Options();
        using (var client = new MqttClientFactory().CreateMqttClient())
        {
            await client.ConnectAsync(MqttConnectionOptions.Of(options, new Topics(options).Availability));
            await client.PublishAsync(new IdentityMessages(options, null).Availability(isOnline: true));
            await ListenAsync();
            await WaitAsync("speaker/availability", "online");
        }

        await WaitAsync("speaker/availability", "offline");
    }

    [BrokerFact]
    public async Task Run_Tls_TrustsTheAuthorityOfTheSettingsAndNoOther()
    {
        var options = Options();
        (options.Server, options.Tls) = ($"localhost:{_broker!.TlsPort}", true);
        using (var stop = new CancellationTokenSource())
        {
            using var untrusting = Publisher(options);
            var running = untrusting.RunAsync(stop.Token);
            await WaitForEventAsync(173);
            await stop.CancelAsync();
            await running;
            Assert.DoesNotContain(_events.Entries, entry => entry.Id == 172);
        }

        options.Authority = _broker.Authority;
        using (var stop = new CancellationTokenSource())
        {
            using var publisher = Publisher(options);
            var running = publisher.RunAsync(stop.Token);
            await WaitForEventAsync(172);
            await stop.CancelAsync();
            await running;
        }
    }

    [BrokerFact]
    public async Task Run_WrongPassword_IsTriedAgainAndNeverLogged()
    {
        var options = Options();
        options.Password = "wr0ng-word";
        using var stop = new CancellationTokenSource();
        using var publisher = Publisher(options);
        var running = publisher.RunAsync(stop.Token);
        await RunningService.WaitAsync(() => _events.Entries.Count(entry => entry.Id == 173) > 1, Said);
        await stop.CancelAsync();
        await running;
        Assert.DoesNotContain("wr0ng", Said(), StringComparison.Ordinal);
    }

    [BrokerFact]
    public async Task Run_PasswordFile_IsReadWhereItsOwnerAloneMayReadIt()
    {
        using var folder = new TemporaryFolder();
        var options = Options();
        (options.Password, options.PasswordFile) = (null, folder.File("password"));
        var exception = Assert.Throws<UsageException>(() => Publisher(options));
        Assert.Contains("correct Speaker:House:Mqtt:PasswordFile", exception.Message, StringComparison.Ordinal);
        File.WriteAllText(options.PasswordFile, MosquittoBroker.Password + "\n");
        File.SetUnixFileMode(options.PasswordFile, (UnixFileMode)0b110_100_000);
        exception = Assert.Throws<UsageException>(() => Publisher(options));
        Assert.Contains($"run 'chmod 600 {options.PasswordFile}'", exception.Message, StringComparison.Ordinal);
        File.SetUnixFileMode(options.PasswordFile, (UnixFileMode)0b110_000_000);
        using var stop = new CancellationTokenSource();
        using var publisher = Publisher(options);
        var running = publisher.RunAsync(stop.Token);
        await WaitForEventAsync(172);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public void Of_AuthorityThatIsNone_IsNamed()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("authority.pem");
        File.WriteAllText(file, "nothing");
        var exception = Assert.Throws<UsageException>(() => MqttConnectionOptions.Of(
            new MqttOptions { Server = "localhost:1", Tls = true, Authority = file }, "a"));
        Assert.Contains($"{file} has no certificate", exception.Message, StringComparison.Ordinal);
    }

    private MqttOptions Options() => new()
    {
        Server = $"127.0.0.1:{_broker!.Port}", User = MosquittoBroker.User, Password = MosquittoBroker.Password,
    };

    private IdentityPublisher Publisher(MqttOptions options)
    {
        Assert.True(new MqttOptionsValidator().Validate(null, options).Succeeded);
        return new IdentityPublisher(_house, options, "1.2.3", _time, _events.CreateLogger(""));
    }

    private async Task ListenAsync()
    {
        _listener.ApplicationMessageReceivedAsync -= Received;
        _listener.ApplicationMessageReceivedAsync += Received;
        await _listener.ConnectAsync(new MqttClientOptionsBuilder()
            .WithTcpServer("127.0.0.1", _broker!.Port)
            .WithCredentials(MosquittoBroker.User, MosquittoBroker.Password)
            .Build());
        await _listener.SubscribeAsync("#");
    }

    private Task Received(MqttApplicationMessageReceivedEventArgs received)
    {
        var message = received.ApplicationMessage;
        _messages.Enqueue((message.Topic, message.ConvertPayloadToString(), message.Retain));
        return Task.CompletedTask;
    }

    private Task WaitAsync(string topic, string text) => RunningService.WaitAsync(
        () => _messages.Any(message => message.Topic == topic && message.Text == text), Said);

    private Task WaitForEventAsync(int id) => RunningService.WaitAsync(
        () => _events.Entries.Any(entry => entry.Id == id), Said);

    private string Said() => string.Join(
        '\n', [.. _events.Entries.Select(entry => entry.Message), .. _messages.Select(message => message.ToString())]);
}
