using System.Net;
using System.Text.Json;
using Speaker.Host.House.Wyoming;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.House;

/// <summary>The house as <c>serve</c> runs it: a process of its own.</summary>
[Collection(TestModelTests.Name)]
public sealed class HouseServeTests(TestModel model) : IDisposable
{
    private const string Password = "s3cret-word";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Serve_WithAHouse_WithholdsWhatNobodySaidAndStopsWithSessions()
    {
        using var upstream = new WyomingUpstream();
        using var service = await RunningService.StartAsync(
            new SpeakerProcess(_folder, model.Path),
            [
                ("Speaker__House__Listen", "kitchen=127.0.0.1:0"),
                ("Speaker__House__Upstream", $"127.0.0.1:{upstream.Port}"),
                // Nobody is there.
                ("Speaker__House__Mqtt__Server", "127.0.0.1:9"),
                ("Speaker__House__Mqtt__User", "speaker"), ("Speaker__House__Mqtt__Password", Password),
            ]);
        await RunningService.WaitAsync(
            () => service.Has("houseListening") && service.Has("brokerFailed"),
            () => string.Join('\n', service.Events));
        var line = service.Events.First(each => each.Contains("\"houseListening\"", StringComparison.Ordinal));
        using var listening = JsonDocument.Parse(line);
        var address = IPEndPoint.Parse(listening.RootElement.GetProperty("address").GetString()!);

        // Nobody is enrolled.
        Assert.Equal("", await WyomingClient.AskAsync(address, Sounds.Speech("de", 0, 2)));
        using var speaking = await WyomingClient.ConnectAsync(address);
        await speaking.StartAsync();
        await speaking.SayAsync(new float[1024]);
        await RunningService.WaitAsync(
            () => upstream.Received.Count(each => each.Type == WyomingEvent.AudioStart) == 2,
            () => string.Join('\n', service.Events));
        service.Stop();
        Assert.Equal(0, service.ExitCode);
        Assert.Null(await speaking.ReadAsync());
        Assert.Contains(service.Events, each => each.Contains("nobodyEnrolled", StringComparison.Ordinal));
        Assert.DoesNotContain(service.Events, each => each.Contains(Password, StringComparison.Ordinal)
            || each.Contains(WyomingUpstream.Words, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Serve_NamesThatNobodyIsEnrolledUnder_AreSaidAtTheStartAndByDoctor()
    {
        var speaker = new SpeakerProcess(_folder, model.Path);
        Assert.Equal(0, speaker.Run("enroll", "anna", Sounds.WriteSpeech(_folder.File("a.wav"), "de")).ExitCode);
        (string, string)[] settings =
        [
            ("Speaker__House__Listen", "127.0.0.1:0"), ("Speaker__House__Upstream", "127.0.0.1:9"),
            ("Speaker__House__Policy", "allowedOnly"), ("Speaker__House__Allowed", "anna;Ana"),
        ];
        using var service = await RunningService.StartAsync(speaker, settings);
        await RunningService.WaitAsync(
            () => service.Has("allowedNotEnrolled"), () => string.Join('\n', service.Events));
        service.Stop();
        var said = Assert.Single(
            service.Events, each => each.Contains("allowedNotEnrolled", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("\"speaker\":\"Ana\"", said, StringComparison.Ordinal);

        var check = Assert.Single(
            speaker.Run(settings, "doctor", "--json").Json.GetProperty("checks").EnumerateArray(),
            each => each.GetProperty("name").GetString() == "house");
        Assert.Equal("warn", check.GetProperty("status").GetString());
        Assert.EndsWith("not enrolled: Ana", check.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Serve_PasswordFileThatIsNotThere_EndsWithItsName()
    {
        var result = new SpeakerProcess(_folder, model.Path).Run(
            [
                ("Speaker__House__Listen", "127.0.0.1:0"), ("Speaker__House__Upstream", "127.0.0.1:9"),
                ("Speaker__House__Mqtt__Server", "127.0.0.1:9"), ("Speaker__House__Mqtt__User", "speaker"),
                ("Speaker__House__Mqtt__PasswordFile", "missing"),
            ],
            "serve");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("correct Speaker:House:Mqtt:PasswordFile", result.Error, StringComparison.Ordinal);
    }
}
