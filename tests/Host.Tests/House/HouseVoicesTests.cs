using Microsoft.Data.Sqlite;
using Speaker.Audio;
using Speaker.CommandLine.Options;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.House;

/// <summary>Real voices, the small encoder that ships, and a store on the disk: from an assistant's connection to the
/// words that it gets.</summary>
public sealed class HouseVoicesTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private SpeakerRecognizer _recognizer = null!;

    private string Store => _folder.File("voiceprints.db");

    public async Task InitializeAsync()
    {
        _recognizer = SpeakerRecognizer.Open(new SpeakerOptions
        {
            Model = { Path = ApplicationFiles.Model("fast") },
            Store = { Path = Store, BusyTimeoutSeconds = 30 },
        });
        foreach (var (name, language) in ((string, string)[])[("anna", "ru"), ("boris", "fr")])
        {
            var enrolled = await _recognizer.EnrollAsync(
                name, AudioInput.FromSamples(Sounds.Speech(language, 0, 12), Sounds.SampleRate));
            Assert.Equal(Reason.Enrolled, Assert.Single(enrolled.Recordings).Reason);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ask_EnrolledAndStrangers_OnlyTheEnrolledAreHeard()
    {
        using var upstream = new WyomingUpstream();
        await using var proxy = await HouseProxy.StartAsync(
            _recognizer, upstream.Port, options => (options.Tag, options.RecognitionSeconds) = ("[{speaker}] ", 60));
        Assert.Equal("[anna] " + WyomingUpstream.Words, await proxy.AskAsync(Sounds.Speech("ru", 12, 8)));
        Assert.Equal("[boris] " + WyomingUpstream.Words, await proxy.AskAsync(Sounds.Speech("fr", 12, 8)));
        Assert.Equal("", await proxy.AskAsync(Sounds.Speech("nl", 12, 8)));
        Assert.Equal("", await proxy.AskAsync(Sounds.Speech("cs", 12, 8)));
        // The enrolled voice, too short; and nothing.
        Assert.Equal("", await proxy.AskAsync(Sounds.Speech("ru", 12, 8)[4000..6400]));
        Assert.Equal("", await proxy.AskAsync(new float[16000]));
        await proxy.HeardAsync(6);
        Assert.Equal(
            ["accept", "accept", "reject", "reject", "inconclusive", "inconclusive"],
            proxy.Heard.Select(heard => Presentation.DecisionPresenter.Word(heard.Voice.Outcome)));
        Assert.Equal([true, true, false, false, false, false], proxy.Heard.Select(heard => heard.Passed));
        Assert.DoesNotContain(WyomingUpstream.Words, proxy.Said(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_OneWhoMayPass_OthersWhoAreEnrolledDoNot()
    {
        using var upstream = new WyomingUpstream();
        await using var proxy = await HouseProxy.StartAsync(
            _recognizer, upstream.Port,
            options => (options.Policy, options.Allowed, options.RecognitionSeconds) = ("allowedOnly", "anna", 60));
        Assert.Equal(WyomingUpstream.Words, await proxy.AskAsync(Sounds.Speech("ru", 12, 8)));
        Assert.Equal("", await proxy.AskAsync(Sounds.Speech("fr", 12, 8)));
    }

    /// <summary>Another process holds the store, and waits longer for it than the assistant does.</summary>
    [Fact]
    public async Task Ask_StoreThatIsLockedOrDamaged_NobodyIsHeard()
    {
        using var upstream = new WyomingUpstream();
        await using var proxy = await HouseProxy.StartAsync(
            _recognizer, upstream.Port, options => options.RecognitionSeconds = 1);
        var anna = Sounds.Speech("ru", 12, 8);
        using (var other = new SqliteConnection($"Data Source={Store};Pooling=False"))
        {
            other.Open();
            using var begin = other.CreateCommand();
            begin.CommandText = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE";
            begin.ExecuteNonQuery();
            Assert.Equal("", await proxy.AskAsync(anna));
        }

        foreach (var file in Directory.GetFiles(_folder.Root, "voiceprints.db*"))
        {
            File.WriteAllText(file, "no store");
        }

        Assert.Equal("", await proxy.AskAsync(anna));
        Assert.All(await proxy.HeardAsync(2), heard => Assert.False(heard.Passed));
    }
}
