using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Speaker.Recognition.Tests.Recognition;

/// <summary>The recogniser in a container.</summary>
public sealed class AddSpeakerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AddSpeaker_Delegate_OneRecognizerWithThoseOptions()
    {
        var path = _folder.File("voiceprints.db");
        await using var services = new ServiceCollection()
            .AddSpeaker(options => options.Store.Path = path)
            .BuildServiceProvider();
        var recognizer = services.GetRequiredService<ISpeakerRecognizer>();
        Assert.Same(recognizer, services.GetRequiredService<ISpeakerRecognizer>());

        await recognizer.EnrollAsync("anna", WaveFile.Write(_folder.File("a.wav"), KlettresSpeech.Of("de", 0)));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task AddSpeaker_Section_BindsEveryPartAndLeavesOthersAlone()
    {
        await using var services = Configured(
            ("Verification:TargetFar", "0.05"), ("Utterance:MinimumSpeechSeconds", "1.5"), ("Inference:Threads", "2"),
            ("Quality:WarnBelowBandwidth", "0"), ("Enrolment:GoodSpeechSeconds", "20"), ("Identification:Top", "7"),
            ("Store:BusyTimeoutSeconds", "3"), ("Model:Path", "mine"), ("Inbox:Directory", "theirs"));
        var options = services.GetRequiredService<IOptions<SpeakerOptions>>().Value;
        Assert.Equal(0.05, options.Verification.TargetFar);
        Assert.Equal(1.5, options.Utterance.MinimumSpeechSeconds);
        Assert.Equal(2, options.Inference.Threads);
        Assert.Equal(0, options.Quality.WarnBelowBandwidth);
        Assert.Equal(20, options.Enrolment.GoodSpeechSeconds);
        Assert.Equal(7, options.Identification.Top);
        Assert.Equal(3, options.Store.BusyTimeoutSeconds);
        Assert.Equal("mine", options.Model.Path);
    }

    [Fact]
    public async Task AddSpeaker_ModelInThePlaceOfItsGroup_IsItsPath()
    {
        await using var named = Configured(("Model", "fast"));
        Assert.Equal("fast", named.GetRequiredService<IOptions<SpeakerOptions>>().Value.Model.Path);
        await using var both = Configured(("Model", "fast"), ("Model:Path", "mine"));
        Assert.Equal("mine", both.GetRequiredService<IOptions<SpeakerOptions>>().Value.Model.Path);
        await using var other = Configured(("Store", "fast"));
        Assert.ThrowsAny<Exception>(() => other.GetRequiredService<IStartupValidator>().Validate());
    }

    [Theory]
    [InlineData("Verification:TargetFar", "2", "SpeakerOptions.Verification.TargetFar = 2, must be above 0 and below 1")]
    [InlineData("Verification:TargetFarr", "0.1", "TargetFarr")]
    [InlineData("Identification:Top", "three", "Identification:Top")]
    public void AddSpeaker_SettingThatCannotBe_EndsTheStart(string key, string value, string named)
    {
        using var services = Configured((key, value));
        var exception = Assert.ThrowsAny<Exception>(
            () => services.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }

    /// <summary>No file of that name is made, and the password in it is not shown.</summary>
    [Fact]
    public void AddSpeaker_AddressWithoutThePackageThatConnectsToIt_IsRefusedWithoutItsPassword()
    {
        using var services = new ServiceCollection()
            .AddSpeaker(options => options.Store.Path = "postgresql://anna:secret@db/x").BuildServiceProvider();
        var exception = Assert.Throws<StoreException>(() => services.GetRequiredService<IVoiceprintStore>());
        Assert.Contains("AddSpeakerPostgres", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddSpeaker_StoreOfOnesOwn_IsUsedForEverything()
    {
        var store = new MemoryStore();
        await using var services = new ServiceCollection()
            .AddSingleton<IVoiceprintStore>(store).AddSpeaker().BuildServiceProvider();
        var recognizer = services.GetRequiredService<ISpeakerRecognizer>();
        var path = WaveFile.Write(_folder.File("a.wav"), KlettresSpeech.Of("de", 0));

        Assert.Equal(1, (await recognizer.EnrollAsync("anna", path)).Accepted);
        Assert.Equal(Reason.AlreadyEnrolled, (await recognizer.EnrollAsync("anna", path)).Recordings[0].Reason);
        Assert.True((await recognizer.VerifyAsync("anna", path)).Accepted);
        Assert.Equal("anna", (await recognizer.IdentifyAsync(path)).Speaker);
        Assert.Equal("a.wav", Assert.Single(store.Speakers["anna"]).Source);
        Assert.True(await recognizer.RemoveAsync("anna"));
        Assert.Empty(store.Speakers);
    }

    private static ServiceProvider Configured(params (string Key, string Value)[] settings) => new ServiceCollection()
        .AddSpeaker(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(
                setting => "Speaker:" + setting.Key, string? (setting) => setting.Value))
            .Build().GetSection("Speaker"))
        .BuildServiceProvider();

    private sealed class MemoryStore : IVoiceprintStore
    {
        public Dictionary<string, IReadOnlyList<StoredUtterance>> Speakers { get; } = [];

        public Task<IReadOnlyList<StoredUtterance>> GetUtterancesAsync(
            string speaker, string modelHash, CancellationToken cancellationToken) =>
            Task.FromResult(Speakers.GetValueOrDefault(speaker, []));

        public Task<IReadOnlyDictionary<string, IReadOnlyList<StoredUtterance>>> GetAllUtterancesAsync(
            string modelHash, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyDictionary<string, IReadOnlyList<StoredUtterance>>>(Speakers);

        public Task AddAsync(
            string speaker,
            string modelHash,
            string? consent,
            Func<IReadOnlyList<StoredUtterance>, IReadOnlyList<StoredUtterance>> choose,
            CancellationToken cancellationToken)
        {
            var existing = Speakers.GetValueOrDefault(speaker, []);
            Speakers[speaker] = [.. existing, .. choose(existing)];
            return Task.CompletedTask;
        }

        public Task<bool> RemoveAsync(string speaker, CancellationToken cancellationToken) =>
            Task.FromResult(Speakers.Remove(speaker));

        public Task<IReadOnlyList<EnrolledSpeaker>> ListAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<EnrolledSpeaker>>([]);
    }
}
