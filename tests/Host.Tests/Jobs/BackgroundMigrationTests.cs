using Speaker.Enrolment.Sqlite;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Jobs;

/// <summary>A service that is started with another model than the store's.</summary>
[Collection(TestModelTests.Name)]
public sealed class BackgroundMigrationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestModel _model;
    private readonly SpeakerProcess _speaker;

    public BackgroundMigrationTests(TestModel model)
    {
        _model = model;
        _speaker = new SpeakerProcess(_folder, model.Path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Serve_StoreOfAnotherModelWithRecordings_IsReadyWhenEveryVoiceprintIsNew()
    {
        const int Files = 6;
        for (var i = 0; i < Files; i++)
        {
            Enrol([("Speaker__Store__KeepRecordings", "true")], $"guest{i}", i);
        }

        using var service = await RunningService.StartAsync(_speaker, [], "--migrate", "--model", _model.OtherPath);
        // An enrolment that comes meanwhile waits for its turn.
        Assert.NotNull(await service.TryPutAsync("late", await File.ReadAllBytesAsync(Recording(9))));
        await RunningService.WaitAsync(
            async () =>
            {
                using var ready = await service.Client.GetAsync("/health/ready");
                if ((int)ready.StatusCode == 200)
                {
                    return true;
                }

                await Http.HttpService.ProblemAsync(ready, 503, "notReady");
                return false;
            },
            () => string.Join('\n', service.Events));
        await RunningService.WaitAsync(() => service.Events.Any(line => line.Contains("late", StringComparison.Ordinal)
            && line.Contains("\"event\":\"done\"", StringComparison.Ordinal)), () => string.Join('\n', service.Events));
        service.Stop();
        Assert.True(service.Has("migrating"));
        Assert.True(service.Has("migrated"));
        var kept = await new SqliteVoiceprintStore(new StoreOptions { Path = _speaker.Store }, TimeProvider.System)
            .ReadAllAsync(_model.OtherHash, default);
        Assert.Equal(Files + 1, kept.Count);
    }

    [Fact]
    public void Serve_ARecordingWasNotKept_EndsAndSaysSo()
    {
        Enrol([], "anna", 0);
        var result = _speaker.Run("serve", "--migrate", "--model", _model.OtherPath);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("Speaker:Store:KeepRecordings", result.Error, StringComparison.Ordinal);
    }

    private void Enrol((string Name, string Value)[] environment, string speaker, int number) =>
        Assert.Equal(0, _speaker.Run(environment, "enroll", speaker, Recording(number)).ExitCode);

    private string Recording(int number) =>
        Sounds.WriteSpeech(_folder.File($"{number}.wav"), "de", first: 4 * number);
}
