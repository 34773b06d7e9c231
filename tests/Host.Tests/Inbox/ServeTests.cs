using System.Diagnostics;
using System.Text.Json;
using Speaker.CommandLine;
using Speaker.Enrolment.Sqlite;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Inbox;

/// <summary>The service as a process: inbox, processed, refused, and SIGTERM.</summary>
[Collection(TestModelTests.Name)]
public sealed class ServeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestModel _model;
    private readonly SpeakerProcess _speaker;

    public ServeTests(TestModel model)
    {
        _model = model;
        _speaker = new SpeakerProcess(_folder, model.Path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Serve_FilesBeforeAndAfterTheStart_EnrolsMovesAndStopsOnSigterm()
    {
        Sounds.WriteSpeech(_folder.File("inbox", "anna", "first.wav"), "de");
        using var service = Start();
        WaitFor(_folder.File("processed", "anna", "first.wav"));

        // Renamed in, as a careful writer does it.
        var written = Sounds.WriteSpeech(_folder.File("elsewhere", "second.wav"), "de", first: 4);
        File.Move(written, _folder.File("inbox", "anna", "second.wav"));
        WaitFor(_folder.File("processed", "anna", "second.wav"));

        Sounds.WriteSilence(_folder.File("inbox", "boris", "silence.wav"), 3);
        WaitFor(_folder.File("refused", "boris", "silence.wav"));
        File.WriteAllText(_folder.File("inbox", "anna", "notes.wav"), "not sound");
        WaitFor(_folder.File("refused", "anna", "notes.wav"));

        SpeakerProcess.Signal(service, "TERM");
        SpeakerProcess.WaitForExit(service);
        Assert.Equal(0, service.ExitCode);

        Assert.Empty(Directory.GetFiles(_folder.File("inbox"), "*", SearchOption.AllDirectories));
        using var reason = JsonDocument.Parse(File.ReadAllText(_folder.File("refused", "boris",
            "silence.wav.reason.json")));
        Assert.Equal("silence.wav", reason.RootElement.GetProperty("file").GetString());
        Assert.Equal("boris", reason.RootElement.GetProperty("speaker").GetString());
        Assert.NotEmpty(reason.RootElement.GetProperty("reason").GetString()!);
        Assert.True(File.Exists(_folder.File("refused", "anna", "notes.wav.reason.json")));
        using var store = OpenStore();
        Assert.Equal(["first.wav", "second.wav"],
            store.Utterances("anna", _model.Hash).Select(utterance => utterance.Source));
        Assert.Equal("anna", Assert.Single(store.List()).Name);
        Assert.Equal("ok", store.IntegrityCheck());
    }

    [Fact]
    public void Serve_KilledBetweenEnrolmentAndMove_OnlyMovesAfterTheNextStart()
    {
        // What a process leaves that died there: the utterance is in the store, the file in the inbox.
        var path = Sounds.WriteSpeech(_folder.File("inbox", "anna", "first.wav"), "fr");
        Assert.Equal(0, _speaker.Run("enroll", "anna", path).ExitCode);

        using var service = Start();
        WaitFor(_folder.File("processed", "anna", "first.wav"));
        SpeakerProcess.Signal(service, "TERM");
        SpeakerProcess.WaitForExit(service);

        using var store = OpenStore();
        Assert.Single(store.Utterances("anna", _model.Hash));
    }

    [Fact]
    public void Serve_SigtermAmongManyFiles_LeavesEachEitherEnrolledAndMovedOrWaiting()
    {
        const int Files = 12;
        for (var i = 0; i < Files; i++)
        {
            Sounds.WriteSpeech(_folder.File("inbox", "anna", $"{i:00}.wav"), "es", first: 4 * i);
        }

        using var service = Start();
        WaitFor(_folder.File("processed", "anna", "00.wav"));
        SpeakerProcess.Signal(service, "TERM");
        SpeakerProcess.WaitForExit(service);
        Assert.Equal(0, service.ExitCode);

        var waiting = Names("inbox");
        var moved = Names("processed");
        using var store = OpenStore();
        Assert.Equal(moved, store.Utterances("anna", _model.Hash).Select(utterance => utterance.Source).Order());
        Assert.Equal(Files, waiting.Length + moved.Length);
        Assert.Equal("ok", store.IntegrityCheck());

        string[] Names(string folder) =>
            [.. Directory.GetFiles(_folder.File(folder, "anna")).Select(file => Path.GetFileName(file)!).Order()];
    }

    [Fact]
    public void Serve_StoreOfAnotherModel_EndsWithBadInput()
    {
        var path = Sounds.WriteSpeech(_folder.File("a.wav"), "fr");
        Assert.Equal(0, _speaker.Run("enroll", "anna", path).ExitCode);
        var result = _speaker.Run("serve", "--model", _model.OtherPath);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(_model.Hash, result.Error, StringComparison.Ordinal);
        Assert.Contains(_model.OtherHash, result.Error, StringComparison.Ordinal);
    }

    private Process Start()
    {
        var process = _speaker.Start(
            [("Speaker__Inbox__StableSeconds", "0.2"), ("Speaker__Inbox__RescanSeconds", "1")], "serve");
        // Nobody reads them here, and a full pipe would stop the service.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private VoiceprintDatabase OpenStore() =>
        VoiceprintDatabase.Open(_speaker.Store, TimeSpan.FromSeconds(10), TimeProvider.System);

    private static void WaitFor(string path)
    {
        var waited = Stopwatch.StartNew();
        while (!File.Exists(path))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(2), $"{path} never came");
            Thread.Sleep(50);
        }
    }
}
