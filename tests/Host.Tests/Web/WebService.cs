using Speaker.Audio;
using Speaker.Host.Tests.Http;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Web;

/// <summary><c>serve</c> with the model that ships and two enrolled volunteers, for all tests of the page.</summary>
public sealed class WebService : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private RunningService? _service;

    /// <summary>Speech of Anna's volunteer that was not enrolled, about 14 s.</summary>
    public string Anna { get; private set; } = "";

    /// <summary>Speech of another volunteer.</summary>
    public string Stranger { get; private set; } = "";

    /// <summary>A file that is no recording.</summary>
    public string NoSound { get; private set; } = "";

    public Uri Address => Client.BaseAddress!;

    internal HttpClient Client => _service!.Client;

    public async Task InitializeAsync()
    {
        Anna = WriteSpeech("anna.wav", "de", 3);
        Stranger = WriteSpeech("stranger.wav", "es", 3);
        NoSound = _folder.File("notes.txt");
        await File.WriteAllTextAsync(NoSound, "no sound");
        await StartAsync("http://127.0.0.1:0");
        foreach (var (name, language) in ((string, string)[])[("Anna", "de"), ("Clara", "cs")])
        {
            var recordings = Enumerable.Range(0, 3).Select(part => HttpService.Body(
                File.ReadAllBytes(WriteSpeech("enrolled.wav", language, part)), "audio/wav")).ToArray<HttpContent>();
            await HttpService.JsonAsync(
                await Client.PostAsync($"/v1/speakers/{name}/utterances", HttpService.Form(recordings)), 201);
        }
    }

    /// <summary>Ends the service as a fault would.</summary>
    public void Kill() => _service!.Kill();

    /// <summary>Starts it where it was.</summary>
    public async Task RestartAsync()
    {
        var address = Address;
        _service!.Dispose();
        await StartAsync(address.AbsoluteUri);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _service?.Dispose();
        _folder.Dispose();
    }

    private async Task StartAsync(string address) => _service = await RunningService.StartAsync(
        new SpeakerProcess(_folder, "accurate"), [("Speaker__Replay__Enabled", "false")], "--urls", address);

    /// <summary>Every fourth clip of a volunteer as one file, so that parts are alike in what is said and how.</summary>
    private string WriteSpeech(string name, string language, int part)
    {
        var clips = Directory.GetFiles($"/usr/share/klettres/{language}", "*.ogg", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Take(40).Where((_, i) => i % 4 == part);
        return WaveFile.Write(
            _folder.File(name), [.. clips.SelectMany(clip => AudioFile.ReadSamples(clip, CancellationToken.None))]);
    }
}

/// <summary>Tests that share one <see cref="WebService"/>, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class WebServiceTests : ICollectionFixture<WebService>
{
    public const string Name = "web page";
}
