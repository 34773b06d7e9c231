using Speaker.Enrolment;
using Speaker.Host.Tests.Support;
using Speaker.Jobs;

namespace Speaker.Host.Tests.Jobs;

/// <summary>The verbs <c>worker</c> and <c>jobs</c> as processes.</summary>
[NeedsPostgres]
[Collection(PostgresTests.Name)]
public sealed class WorkerTests(PostgresFixture fixture) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestModel _model = new();

    public void Dispose()
    {
        _folder.Dispose();
        _model.Dispose();
    }

    [StoreFact]
    public async Task Worker_TwoOnOneBucketAndOneDatabase_EnrolEveryFileOnceAndLeaveItThere()
    {
        const int Files = 4;
        string[] speakers = ["anna", "boris", "carla"];
        foreach (var (speaker, language) in speakers.Zip(["de", "fr", "es"]))
        {
            for (var i = 0; i < Files; i++)
            {
                Sounds.WriteSpeech(_folder.File("mount", "calls", speaker, $"{i}.wav"), language, first: 4 * i);
            }
        }

        Sounds.WriteSpeech(_folder.File("mount", "calls", "loose.wav"), "de");
        // Another host may have it at another place.
        Directory.CreateSymbolicLink(_folder.File("elsewhere"), _folder.File("mount"));
        var place = fixture.Server.NewDatabase();
        (string, string)[] environment =
            [("SPEAKER_STORE", place), ("Speaker__Inbox__StableSeconds", "0.2"), ("Speaker__Jobs__PollSeconds", "0.1")];
        var speakerProgram = new SpeakerProcess(_folder, _model.Path);
        var folders = new[] { _folder.File("mount", "calls"), _folder.File("elsewhere", "calls") };
        var runs = await Task.WhenAll(folders.Select(folder => Task.Run(() => speakerProgram.Run(
            environment, "worker", "--bucket", folder, "--until-idle", "--json"))));
        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Error));
        Assert.Contains("loose.wav", runs[0].Error, StringComparison.Ordinal);

        var store = HelperProcess.OpenStore(place);
        using var disposed = store as IDisposable;
        var enrolled = await store.ReadAllAsync(_model.Hash, default);
        Assert.Equal(speakers, enrolled.Select(each => each.Name));
        Assert.All(enrolled, each => Assert.Equal(
            Enumerable.Range(0, Files).Select(i => $"{i}.wav"), each.Utterances.Select(kept => kept.Utterance.Source).Order()));
        Assert.Equal(
            (Files * speakers.Length) + 1, Directory.GetFiles(folders[0], "*", SearchOption.AllDirectories).Length);

        // Nothing is put again, and a file that is new is.
        Sounds.WriteSpeech(Path.Combine(folders[0], "anna", "new.wav"), "de", first: 40);
        var again = speakerProgram.Run(environment, "worker", "--bucket", folders[0], "--until-idle", "--json");
        Assert.Contains("\"done\":1,", again.Error, StringComparison.Ordinal);
        var jobs = speakerProgram.Run(environment, "jobs", "list", "--json");
        Assert.Equal((Files * speakers.Length) + 1, jobs.Lines.Length);
        Assert.All(jobs.Lines, line => Assert.Contains("\"state\":\"done\"", line, StringComparison.Ordinal));
    }

    [StoreFact]
    public async Task Jobs_ThatWereSetAside_AreListedRetriedAndRemoved()
    {
        var place = fixture.Server.NewDatabase();
        (string, string)[] environment = [("SPEAKER_STORE", place), ("Speaker__Jobs__PollSeconds", "0.1")];
        var speaker = new SpeakerProcess(_folder, _model.Path);
        var queue = HelperProcess.OpenQueue(place, JobQueueConformance.Limits);
        using var disposed = queue as IDisposable;
        var put = await queue.PutAsync(
            new Host.Jobs.EnrolmentJob("anna", null, null, false, null, ["notes.wav"])
                .ToJob([new JobSound("notes.wav", "no sound"u8.ToArray())], 3),
            default);
        Assert.Contains("No such job", speaker.Run(environment, "jobs", "list", "--state", "failed").Output);
        Assert.Equal(0, speaker.Run(environment, "worker", "--until-idle").ExitCode);

        var listed = speaker.Run(environment, "jobs", "list", "--state", "failed", "--json").Json;
        Assert.Equal(put.Id, listed.GetProperty("id").GetString());
        Assert.Contains("notes.wav", listed.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal("anna", speaker.Run(environment, "jobs", "show", put.Id, "--json").Json.GetProperty("speaker").GetString());
        Assert.Contains("set aside", speaker.Run(environment, "jobs", "--help").Output, StringComparison.Ordinal);

        Assert.True(speaker.Run(environment, "jobs", "retry", "--failed", "--json").Json.GetProperty("retried").GetBoolean());
        Assert.Equal(JobState.Waiting, (await queue.ReadAsync(put.Id, default))!.State);
        Assert.Equal(3, speaker.Run(environment, "jobs", "retry", put.Id).ExitCode);
        Assert.Equal(3, speaker.Run(environment, "jobs", "remove").ExitCode);
        Assert.Equal(0, speaker.Run(environment, "jobs", "remove", put.Id).ExitCode);
        Assert.Null(await queue.ReadAsync(put.Id, default));
        Assert.Equal(3, speaker.Run(environment, "jobs", "show", put.Id).ExitCode);
    }
}
