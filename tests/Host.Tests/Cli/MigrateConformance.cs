using System.Globalization;
using Speaker.Host.Tests.Store;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary><c>migrate</c> as a user runs it, whatever keeps the voiceprints and the recordings.</summary>
public abstract class MigrateConformance : IDisposable
{
    protected static readonly (string Name, string Value)[] Keeping = [("Speaker__Store__KeepRecordings", "true")];

    private readonly SpeakerProcess _speaker;

    protected MigrateConformance(TestModel model)
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
    public async Task Migrate_EveryRecordingKept_GivesWhatAFreshEnrolmentGives()
    {
        Enrol(Keeping, "anna", Speech(0), Speech(4));
        Enrol(Keeping, "boris", Speech(8));
        Assert.Equal(3, Kept());

        var migrated = Run("migrate", "--model", Model.OtherPath, "--json");
        Assert.True(migrated.ExitCode == 0, migrated.Error);
        Assert.True(migrated.Json.GetProperty("migrated").GetBoolean());
        Assert.Equal(3, migrated.Json.GetProperty("utterances").GetInt32());
        Assert.Equal(0, migrated.Json.GetProperty("leftOut").GetArrayLength());
        Assert.Equal(Model.OtherHash, migrated.Json.GetProperty("model").GetString());
        Assert.Equal(3, Kept());

        var fresh = Folder.File("fresh.db");
        foreach (var (name, files) in ((string, string[])[])[("anna", [Speech(0), Speech(4)]), ("boris", [Speech(8)])])
        {
            Assert.Equal(0, Run(["enroll", name, .. files, "--model", Model.OtherPath, "--store", fresh]).ExitCode);
            var one = await UtterancesAsync(Place, name, Model.OtherHash);
            var other = await UtterancesAsync(fresh, name, Model.OtherHash);
            Assert.Equal(other.Count, one.Count);
            for (var i = 0; i < one.Count; i++)
            {
                Assert.Equal(other[i].Embedding, one[i].Embedding);
                Assert.Equal(other[i].SpeechSeconds, one[i].SpeechSeconds);
                Assert.Equal(other[i].Source, one[i].Source);
            }
        }

        Assert.Equal(3, Run("verify", "anna", Speech(0)).ExitCode);
        var again = Run("migrate", "--model", Model.OtherPath);
        Assert.Equal(0, again.ExitCode);
        Assert.StartsWith("Every voiceprint in ", again.Output, StringComparison.Ordinal);
        // And back.
        Assert.Equal(0, Run("migrate").ExitCode);
        Assert.Equal(0, Run("verify", "anna", Speech(0)).ExitCode);
    }

    [StoreFact]
    public void Migrate_NothingKept_SaysWhyAndChangesNothing()
    {
        Assert.Equal(3, Run("migrate", "--model", Model.OtherPath).ExitCode);
        Enrol([], "anna", Speech(0));
        Assert.Equal(0, Kept());
        var result = Run("migrate", "--model", Model.OtherPath);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("Speaker:Store:KeepRecordings", Assert.Single(result.Error.TrimEnd('\n').Split('\n')),
            StringComparison.Ordinal);
        Assert.Equal(0, Run("verify", "anna", Speech(0)).ExitCode);
    }

    [StoreFact]
    public async Task Migrate_SomeNotKept_NamesThemAndLeavesThemOutWhereAsked()
    {
        Enrol([], "anna", Speech(0));
        Enrol(Keeping, "anna", Speech(4));
        Enrol(Keeping, "boris", Speech(8));
        Enrol([], "carla", Speech(12));
        LoseLast();
        var before = await EmbeddingsAsync(Model.Hash);
        var refused = Run("migrate", "--model", Model.OtherPath, "--json");
        Assert.Equal(2, refused.ExitCode);
        Assert.False(refused.Json.GetProperty("migrated").GetBoolean());
        Assert.Equal(
            ["anna/speech-0.wav", "boris/speech-8.wav", "carla/speech-12.wav"],
            refused.Json.GetProperty("leftOut").EnumerateArray().Select(
                each => $"{each.GetProperty("speaker")}/{each.GetProperty("source")}"));
        Assert.Contains("speech-12.wav", refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, await EmbeddingsAsync(Model.Hash));

        var migrated = Run("migrate", "--model", Model.OtherPath, "--leave-out");
        Assert.True(migrated.ExitCode == 0, migrated.Error);
        Assert.Contains("Replaced 1 voiceprint ", migrated.Output, StringComparison.Ordinal);
        Assert.Equal(
            "speech-4.wav", Assert.Single(await UtterancesAsync(Place, "anna", Model.OtherHash)).Source);
        Assert.Equal("anna", Run("list", "--json").Json.GetProperty("speaker").GetString());
    }

    [StoreFact]
    public async Task EnrollAndMigrate_KilledAtAnyMoment_LeaveAWholeStoreAndNoSoundElsewhere()
    {
        Enrol(Keeping, "anna", Speech(0), Speech(4));
        var temporary = Directory.CreateDirectory(Folder.File("temporary")).FullName;
        (string, string)[] environment = [("SPEAKER_STORE", Place), ("TMPDIR", temporary)];
        for (var round = 0; round < 8; round++)
        {
            using (var process = round % 2 == 0
                ? _speaker.Start(environment, "migrate", "--model", Model.OtherPath)
                : _speaker.Start([.. environment, .. Keeping], "enroll", $"guest{round}", Speech(8)))
            {
                if (!process.WaitForExit(TimeSpan.FromMilliseconds(60 * (round + 1))))
                {
                    process.Kill();
                    process.WaitForExit();
                }
            }

            var store = HelperProcess.OpenStore(Place);
            using var disposed = store as IDisposable;
            Assert.Null((await store.ExamineAsync(default))!.Damage);
            var hash = (await store.ListAsync(default)).Select(speaker => speaker.ModelHash).Distinct().Single();
            Assert.Equal(2, (await store.GetUtterancesAsync("anna", hash, default)).Count);
            Assert.All(
                await store.ReadOutdatedAsync("none", default),
                each => Assert.NotEmpty(RecordingConformance.Samples(each)));
            // What the runtime leaves there has no length.
            Assert.DoesNotContain(new DirectoryInfo(temporary).GetFiles(), file => file.Length > 0);
        }

        Assert.Equal(0, Run("migrate", "--model", Model.OtherPath).ExitCode);
        Assert.Equal(0, Run("migrate", "--model", Model.Path).ExitCode);
        Assert.Equal(0, Run("verify", "anna", Speech(0)).ExitCode);
    }

    /// <summary>How many recordings are kept.</summary>
    protected abstract int Kept();

    /// <summary>Takes away the recording that was kept last.</summary>
    protected abstract void LoseLast();

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Folder.Dispose();
        }
    }

    internal ProcessResult Run(params string[] arguments) => _speaker.Run([("SPEAKER_STORE", Place)], arguments);

    internal ProcessResult RunKeeping(params string[] arguments) =>
        _speaker.Run([("SPEAKER_STORE", Place), .. Keeping], arguments);

    protected void Enrol((string Name, string Value)[] environment, string name, params string[] files)
    {
        var result = _speaker.Run([("SPEAKER_STORE", Place), .. environment], ["enroll", name, .. files]);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    protected string Speech(int first)
    {
        var path = Folder.File(string.Create(CultureInfo.InvariantCulture, $"speech-{first}.wav"));
        return File.Exists(path) ? path : Sounds.WriteSpeech(path, "de", first);
    }

    /// <summary>Everybody's.</summary>
    protected async Task<IReadOnlyList<float[]>> EmbeddingsAsync(string modelHash)
    {
        var store = HelperProcess.OpenStore(Place);
        using var disposed = store as IDisposable;
        return
        [
            .. (await store.ReadAllAsync(modelHash, default)).SelectMany(speaker => speaker.Utterances)
                .Select(each => each.Utterance.Embedding),
        ];
    }

    private static async Task<IReadOnlyList<StoredUtterance>> UtterancesAsync(
        string place, string name, string modelHash)
    {
        var store = HelperProcess.OpenStore(place);
        using var disposed = store as IDisposable;
        return await store.GetUtterancesAsync(name, modelHash, default);
    }
}
