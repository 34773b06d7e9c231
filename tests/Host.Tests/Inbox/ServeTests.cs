using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Speaker.Audio;
using Speaker.Audio.Files.SoundFile;
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
    private readonly ConcurrentQueue<string> _errors = [];

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
    public void Serve_SignalRepeatedAtOnce_StillStopsInOrder()
    {
        using var service = Start();
        WaitForEvent("watching");
        // As timeout does it: the process, then its group.
        SpeakerProcess.Signal(service, "TERM");
        SpeakerProcess.Signal(service, "TERM");
        SpeakerProcess.WaitForExit(service);
        Assert.Equal(0, service.ExitCode);
    }

    [Fact]
    public void Serve_ThatCannotGoOn_SaysSoInOneLine()
    {
        File.WriteAllText(_folder.File("inbox"), "a file where a folder should be");
        var result = _speaker.Run([("Logging__LogLevel__Default", "Information")], "serve");
        Assert.Equal(3, result.ExitCode);
        Assert.DoesNotContain("\n   at ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Split('\n'), line => line.Contains("inbox", StringComparison.Ordinal));
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

        var waiting = Names("inbox", "anna");
        var moved = Names("processed", "anna");
        using var store = OpenStore();
        Assert.Equal(moved, store.Utterances("anna", _model.Hash).Select(utterance => utterance.Source).Order());
        Assert.Equal(Files, waiting.Length + moved.Length);
        Assert.Equal("ok", store.IntegrityCheck());
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

    [Fact]
    public void Serve_TwoServicesOnOneInbox_EnrolAndMoveEveryFileOnce()
    {
        string[] speakers = ["anna", "boris", "carla"];
        const int Files = 6;
        foreach (var (speaker, language) in speakers.Zip(["de", "fr", "es"]))
        {
            for (var i = 0; i < Files; i++)
            {
                Sounds.WriteSpeech(_folder.File("inbox", speaker, $"{i}.wav"), language, first: 4 * i);
            }
        }

        using (var one = Start())
        using (var other = Start())
        {
            WaitUntil(() => Waiting().Length == 0 && _errors.Count >= 2, "the inbox is empty");
            Stop(one);
            Stop(other);
        }

        Assert.DoesNotContain(_errors, line => line.Contains("fail:", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(_folder.File("refused")));
        using var store = OpenStore();
        foreach (var speaker in speakers)
        {
            var expected = Enumerable.Range(0, Files).Select(i => $"{i}.wav").ToArray();
            Assert.Equal(expected, Names("processed", speaker));
            Assert.Equal(
                expected, store.Utterances(speaker, _model.Hash).Select(utterance => utterance.Source).Order());
        }
    }

    [Fact]
    public void Serve_KilledAgainAndAgain_LosesNothingAndEnrolsNothingTwice()
    {
        const int Files = 24;
        for (var i = 0; i < Files; i++)
        {
            Sounds.WriteSpeech(_folder.File("inbox", "anna", $"{i:00}.wav"), "es", first: 4 * i);
        }

        for (var kill = 0; kill < 8; kill++)
        {
            using var service = Start();
            Thread.Sleep(250 + (60 * kill));
            service.Kill();
            service.WaitForExit();
        }

        _errors.Clear();
        using (var service = Start())
        {
            WaitUntil(() => Waiting().Length == 0 && !_errors.IsEmpty, "the inbox is empty");
            Stop(service);
        }

        var expected = Enumerable.Range(0, Files).Select(i => $"{i:00}.wav").ToArray();
        Assert.Equal(expected, Names("processed", "anna"));
        using var store = OpenStore();
        Assert.Equal(expected, store.Utterances("anna", _model.Hash).Select(utterance => utterance.Source).Order());
        Assert.Equal("ok", store.IntegrityCheck());
    }

    [Theory]
    [InlineData("wav")]
    [InlineData("flac")]
    [InlineData("ogg")]
    public void Serve_HalfACopyThatGoesOn_IsEnrolledWhole(string kind)
    {
        var whole = File.ReadAllBytes(Sound(kind));
        Directory.CreateDirectory(_folder.File("inbox", "anna"));
        using var service = Start([("Speaker__Inbox__IncompleteSeconds", "600")]);
        using (var copy = File.Create(_folder.File("inbox", "anna", "a." + kind)))
        {
            copy.Write(whole.AsSpan(0, whole.Length / 2));
            copy.Flush();
            WaitForEvent("is incomplete");
            copy.Write(whole.AsSpan(whole.Length / 2));
        }

        WaitFor(_folder.File("processed", "anna", "a." + kind));
        Stop(service);
        Assert.Equal(0, _speaker.Run("enroll", "boris", Sound(kind)).ExitCode);
        using var store = OpenStore();
        Assert.Equal(
            Assert.Single(store.Utterances("boris", _model.Hash)).SpeechSeconds,
            Assert.Single(store.Utterances("anna", _model.Hash)).SpeechSeconds);
    }

    [Theory]
    [InlineData("wav")]
    [InlineData("flac")]
    [InlineData("ogg")]
    public void Serve_HalfACopyThatStays_IsRefusedAsCut(string kind)
    {
        var whole = File.ReadAllBytes(Sound(kind));
        using var service = Start([("Speaker__Inbox__IncompleteSeconds", "1")]);
        Directory.CreateDirectory(_folder.File("inbox", "anna"));
        File.WriteAllBytes(_folder.File("inbox", "anna", "a." + kind), whole[..(whole.Length / 2)]);
        WaitFor(_folder.File("refused", "anna", "a." + kind));
        Stop(service);
        using var reason = JsonDocument.Parse(
            File.ReadAllText(_folder.File("refused", "anna", $"a.{kind}.reason.json")));
        Assert.Contains("cut: ", reason.RootElement.GetProperty("reason").GetString(), StringComparison.Ordinal);
        using var store = OpenStore();
        Assert.Empty(store.List());
    }

    [Fact]
    public void Serve_RecorderThatWroteNoLength_IsTakenAsItIsOnceItStandsStill()
    {
        var bytes = File.ReadAllBytes(Sound("wav"));
        bytes.AsSpan(40, 4).Clear();
        using var service = Start([("Speaker__Inbox__IncompleteSeconds", "1")]);
        Directory.CreateDirectory(_folder.File("inbox", "anna"));
        File.WriteAllBytes(_folder.File("inbox", "anna", "a.wav"), bytes);
        WaitFor(_folder.File("processed", "anna", "a.wav"));
        Stop(service);
        Assert.Contains(_errors, line => line.Contains("is incomplete", StringComparison.Ordinal));
    }

    [Fact]
    public void Serve_Json_EveryEventIsAnObjectWithTimeAndTheNamesOfTheOtherVerbs()
    {
        Sounds.WriteSpeech(_folder.File("inbox", "änna", "a.wav"), "de");
        Sounds.WriteSpeech(_folder.File("inbox", "loose.wav"), "de");
        using var service = Start([], "--json");
        WaitFor(_folder.File("processed", "änna", "a.wav"));
        WaitForEvent("passedOver");
        Stop(service);

        var events = _errors.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.All(events, each => Assert.Equal(
            ["at", "level", "event", "id", "message"],
            each.EnumerateObject().Select(property => property.Name).Take(5)));
        Assert.All(events, each => Assert.Equal(TimeSpan.Zero, each.GetProperty("at").GetDateTimeOffset().Offset));
        var enrolled = Assert.Single(events, each => each.GetProperty("event").GetString() == "enrolled");
        Assert.Equal("a.wav", enrolled.GetProperty("file").GetString());
        Assert.Equal("änna", enrolled.GetProperty("speaker").GetString());
        Assert.True(enrolled.GetProperty("speechSeconds").GetDouble() > 0);
        Assert.Equal(1, enrolled.GetProperty("utterances").GetInt32());
        Assert.Contains("\"speaker\":\"änna\"", string.Join('\n', _errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Serve_SigtermWhileAnotherProcessHoldsTheStore_EndsAndTheNextStartGoesOn()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_speaker.Store)!);
        using (var holder = HelperProcess.Start("hold", _speaker.Store, "carla", 1))
        {
            Assert.Equal(HelperProcess.Holding, holder.StandardOutput.ReadLine());
            Sounds.WriteSpeech(_folder.File("inbox", "anna", "a.wav"), "de");
            using var service = Start([("Speaker__Store__BusyTimeoutSeconds", "600")]);
            WaitForEvent("watching");
            Thread.Sleep(2000);
            Stop(service);
            Assert.Single(Waiting());
            holder.Kill();
            holder.WaitForExit();
        }

        using var next = Start();
        WaitFor(_folder.File("processed", "anna", "a.wav"));
        Stop(next);
        using var store = OpenStore();
        Assert.Equal("anna", Assert.Single(store.List()).Name);
        Assert.Single(store.Utterances("anna", _model.Hash));
    }

    [Fact]
    public void Serve_InboxDeletedAndBack_WatchesItAgain()
    {
        using var service = Start([("Speaker__Inbox__RescanSeconds", "0.5")]);
        WaitUntil(() => !_errors.IsEmpty, "it is started");
        Directory.Delete(_folder.File("inbox"));
        WaitForEvent("waiting for the inbox");
        Sounds.WriteSpeech(_folder.File("inbox", "anna", "a.wav"), "de");
        WaitFor(_folder.File("processed", "anna", "a.wav"));
        Stop(service);
        Assert.Single(_errors, line => line.Contains("waiting for the inbox", StringComparison.Ordinal));
    }

    private Process Start() => Start([]);

    private Process Start((string Name, string Value)[] environment, params string[] arguments)
    {
        var process = _speaker.Start(
            [("Speaker__Inbox__StableSeconds", "0.2"), ("Speaker__Inbox__RescanSeconds", "1"), .. environment],
            ["serve", .. arguments]);
        // A full pipe would stop the service.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
            {
                _errors.Enqueue(line.Data);
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static void Stop(Process service)
    {
        SpeakerProcess.Signal(service, "TERM");
        SpeakerProcess.WaitForExit(service);
        Assert.Equal(0, service.ExitCode);
    }

    /// <summary>One recording in several containers; its path.</summary>
    private string Sound(string kind)
    {
        var path = _folder.File("elsewhere", "whole." + kind);
        if (!File.Exists(path))
        {
            var wav = Sounds.WriteSpeech(_folder.File("elsewhere", "whole.wav"), "de", count: 8);
            if (kind != "wav")
            {
                const int flac = 0x170002;
                const int vorbis = 0x200060;
                using var file = File.Create(path);
                using var writer = new SoundFileWriter(file, Sounds.SampleRate, 1, kind == "flac" ? flac : vorbis);
                writer.Write(AudioFile.ReadSamples(wav));
            }
        }

        return path;
    }

    private string[] Waiting() => Directory.GetFiles(_folder.File("inbox"), "*", SearchOption.AllDirectories);

    private string[] Names(string folder, string speaker) =>
        [.. Directory.GetFiles(_folder.File(folder, speaker)).Select(file => Path.GetFileName(file)!).Order()];

    private VoiceprintDatabase OpenStore() =>
        VoiceprintDatabase.Open(_speaker.Store, TimeSpan.FromSeconds(10), TimeProvider.System);

    private void WaitForEvent(string text) =>
        WaitUntil(() => _errors.Any(line => line.Contains(text, StringComparison.Ordinal)), text);

    private static void WaitFor(string path) => WaitUntil(() => File.Exists(path), path);

    private static void WaitUntil(Func<bool> condition, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(2), $"{what}: that never came");
            Thread.Sleep(50);
        }
    }
}
