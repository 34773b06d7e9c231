using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Jobs;

/// <summary>A service that is started with another model than the store's, whatever keeps the voiceprints.</summary>
public abstract class BackgroundMigrationConformance : IDisposable
{
    private readonly SpeakerProcess _speaker;

    protected BackgroundMigrationConformance(TestModel model)
    {
        Model = model;
        _speaker = new SpeakerProcess(Folder, model.Path);
    }

    /// <summary>Where the store is: a file or an address.</summary>
    protected abstract string Place { get; }

    protected TestModel Model { get; }

    internal TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    [StoreFact]
    public async Task Serve_StoreOfAnotherModelWithRecordings_IsReadyWhenEveryVoiceprintIsNew()
    {
        const int Files = 6;
        for (var i = 0; i < Files; i++)
        {
            Enrol([("Speaker__Store__KeepRecordings", "true")], $"guest{i}", i);
        }

        using var service = await RunningService.StartAsync(
            _speaker, [("SPEAKER_STORE", Place)], "--migrate", "--model", Model.OtherPath);
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
        var store = HelperProcess.OpenStore(Place);
        using var disposed = store as IDisposable;
        Assert.Equal(Files + 1, (await store.ReadAllAsync(Model.OtherHash, default)).Count);
    }

    [StoreFact]
    public void Serve_ARecordingWasNotKept_EndsAndSaysSo()
    {
        Enrol([], "anna", 0);
        var result = _speaker.Run([("SPEAKER_STORE", Place)], "serve", "--migrate", "--model", Model.OtherPath);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("Speaker:Store:KeepRecordings", result.Error, StringComparison.Ordinal);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Folder.Dispose();
        }
    }

    private void Enrol((string Name, string Value)[] environment, string speaker, int number) => Assert.Equal(
        0, _speaker.Run([("SPEAKER_STORE", Place), .. environment], "enroll", speaker, Recording(number)).ExitCode);

    private string Recording(int number) =>
        Sounds.WriteSpeech(Folder.File($"{number}.wav"), "de", first: 4 * number);
}
