using System.Text.Json;
using Speaker.Audio.SpeechDetection;
using Speaker.Audio.SpeechDetection.TimeDelayNetwork;
using Speaker.CommandLine;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>A whole run of <c>train</c>, small enough for a test, and what its model is good for.</summary>
public sealed class TrainTests : IDisposable
{
    private static readonly string[] Small =
    [
        "--steps", "3", "--init", "none", "--set", "encoder.width=16", "--set", "encoder.aggregateWidth=24",
        "--set", "encoder.attentionWidth=8", "--set", "encoder.dimension=16", "--set", "sampling.speakers=4",
        "--set", "bank.versions=1", "--set", "evaluateEvery=3", "--set", "reportEvery=1",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_Interrupted_StopsOnceAndKeepsACheckpoint()
    {
        WriteCorpus();
        // What is signalled is the process that was started: it has become speaker-train.
        using var process = new SpeakerProcess(_folder, null).Start(
            [], ["--json", "train", "--corpus", "corpus", "--out", "own", .. Small[2..], "--steps", "100000"]);
        var output = process.StandardOutput.ReadToEndAsync();
        while (process.StandardError.ReadLine() is { } line && !line.Contains("step 2 of", StringComparison.Ordinal))
        {
        }

        SpeakerProcess.Signal(process, "INT");
        var rest = process.StandardError.ReadToEnd();
        SpeakerProcess.WaitForExit(process);

        Assert.Equal(130, process.ExitCode);
        Assert.EndsWith("give the same command with --resume\n", rest, StringComparison.Ordinal);
        Assert.DoesNotContain("\n   at ", rest, StringComparison.Ordinal);
        Assert.Contains("\"exitCode\":130", await output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.File("own.checkpoint")), rest);
    }

    [Fact]
    public void Train_SmallCorpus_WritesAModelThatTheOtherVerbsTake()
    {
        WriteCorpus();
        var model = _folder.File("models", "own.safetensors");
        var speaker = new SpeakerProcess(_folder, model);
        var trained = speaker.Run(["train", "--corpus", "corpus", "--out", "models/own", "--json", .. Small]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Equal(3, trained.Json.GetProperty("steps").GetInt32());
        // Two of the eight speakers are held out: there is something to measure.
        Assert.InRange(trained.Json.GetProperty("devEer").GetDouble(), 0, 1);
        foreach (var figure in (string[])["step 3 of 3", "active triplets", "semi-hard triplets", "mean d(a,p)",
            "mean d(a,n)", "mean gap", "mining semi-hard", "dev EER",
            "utterances/s", "remaining"])
        {
            Assert.Contains(figure, trained.Error, StringComparison.Ordinal);
        }

        // Six speakers are left to learn from; how long it takes is said before the first step.
        Assert.Contains("6 speakers, 18 utterances to train on", trained.Error, StringComparison.Ordinal);
        Assert.True(
            trained.Error.IndexOf("3 steps: about", StringComparison.Ordinal)
            < trained.Error.IndexOf("step 1 of 3", StringComparison.Ordinal));
        var page = speaker.Run("card");
        Assert.Equal(page.Output, File.ReadAllText(Path.ChangeExtension(model, ".md")));
        Assert.Contains("# own", page.Output, StringComparison.Ordinal);
        Assert.Equal("own", speaker.Run("card", "--json").Json.GetProperty("name").GetString());
        Assert.Contains(
            "speaker train --corpus corpus --out models/own",
            File.ReadAllText(Path.ChangeExtension(model, ".json")), StringComparison.Ordinal);
        Assert.Equal(0, speaker.Run("embed", _folder.File("corpus", "de", "0.wav")).ExitCode);

        // Nothing is trained over it, and it is measured on the two speakers that it did not learn from.
        var over = speaker.Run(["train", "--corpus", "corpus", "--out", "models/own", .. Small]);
        Assert.Equal(3, over.ExitCode);
        Assert.Contains("--overwrite", over.Error, StringComparison.Ordinal);
        var measured = speaker.Run("eval", "--corpus", "corpus", "--json");
        Assert.True(measured.ExitCode == 0, measured.Error);
        Assert.Equal(
            (2, 6), (measured.Json.GetProperty("speakers").GetInt32(),
                measured.Json.GetProperty("learntLeftOut").GetInt32()));
        Assert.Contains(
            "left out 18 recordings of 6 speakers that the model learnt from", measured.Error, StringComparison.Ordinal);
        File.WriteAllLines(_folder.File("trials.txt"),
            from one in (string[])["de", "fr", "es", "it", "ru", "hu", "cs", "da"]
            from other in (string[])["de", "fr", "es", "it", "ru", "hu", "cs", "da"]
            select $"{(one == other ? 1 : 0)} {one}/0.wav {other}/1.wav");
        var listed = speaker.Run("eval", "--trials", "trials.txt", "--root", "corpus", "--json");
        Assert.True(listed.ExitCode == 0, listed.Error);
        Assert.Equal(4, listed.Json.GetProperty("trials").GetInt32());
        var calibrated = speaker.Run("calibrate", "--corpus", "corpus", "--target-far", "0.5", "--out", "own2", "--json");
        Assert.Equal(6, calibrated.Json.GetProperty("learntLeftOut").GetInt32());

        // The architecture is the model's, though only the steps are given.
        var further = speaker.Run(
            "train", "--corpus", "corpus", "--from", "models/own", "--out", "further", "--steps", "1", "--set",
            "bank.versions=1", "--set", "sampling.speakers=4", "--json");
        Assert.True(further.ExitCode == 0, further.Error);
        Assert.Contains(
            "\"dimension\": 16", File.ReadAllText(_folder.File("further.json")), StringComparison.Ordinal);

        var joined = speaker.Run(
            "train", "--corpus", "corpus", "--init", "models/own", "--init", "further", "--out", "joined", "--steps", "0");
        Assert.True(joined.ExitCode == 0, joined.Error);
        using (var card = JsonDocument.Parse(File.ReadAllText(_folder.File("joined.json"))))
        {
            var encoder = card.RootElement.GetProperty("encoder");
            Assert.Equal(
                (2, 32), (encoder.GetProperty("branches").GetInt32(), encoder.GetProperty("dimension").GetInt32()));
        }

        var unlike = speaker.Run(
            "train", "--corpus", "corpus", "--init", "models/own", "--init", "accurate", "--out", "unlike", "--steps", "0");
        Assert.Equal(3, unlike.ExitCode);
        Assert.Contains("must be alike", unlike.Error, StringComparison.Ordinal);

        string[] join =
        [
            "train", "--corpus", "corpus", "--out", "joined2", "--steps", "0", "--join", "1", "--join", "0.5", "--init",
            "models/own", "--init",
        ];
        var few = speaker.Run([.. join, "further"]);
        Assert.Equal(3, few.ExitCode);
        Assert.Contains("too few to join embeddings of 32 numbers", few.Error, StringComparison.Ordinal);
        Assert.Contains("different front ends", speaker.Run([.. join, "accurate"]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OnATerminal_LeavesWhatStandsAboveItsDisplay()
    {
        WriteCorpus();
        string[] above = ["what stood here", "before the run", "stays"];
        var screen = new SpeakerProcess(_folder, null).RunTrainerOnTerminal(
            60, above, ["train", "--corpus", "corpus", "--out", "own", .. Small]);
        Assert.Equal(above, screen.Rows.Take(above.Length));
        Assert.Contains(screen.Rows, row => row.Contains("3 of 3", StringComparison.Ordinal));
        // What the display showed before is not left behind.
        Assert.DoesNotContain(screen.Rows, row => row.Contains("reading recordings", StringComparison.Ordinal));
        Assert.DoesNotContain(screen.Rows, row => row.Contains("features in", StringComparison.Ordinal));
    }

    [Fact]
    public void TrainDetector_SmallCorpus_WritesItsNetworkAndMeasuresIt()
    {
        foreach (var language in (ReadOnlySpan<string>)["de", "fr", "es", "it", "ru", "hu", "cs", "da"])
        {
            Sounds.WriteSpeech(_folder.File("corpus", language, "0.wav"), language, count: 6);
        }

        var random = new Random(1);
        for (var i = 0; i < 12; i++)
        {
            WaveFile.Write(
                _folder.File("noise", "hiss", $"take{i}-a.wav"),
                [.. Enumerable.Range(0, 16000).Select(_ => (float)random.NextDouble() - 0.5f)]);
        }

        var speaker = new SpeakerProcess(_folder, null);
        string[] data = ["--corpus", "corpus", "--noise", "noise", "--json"];
        var trained = speaker.Run(["train", "--detector", "--out", "own.network", "--steps", "3", .. data]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Equal(4, trained.Json.GetProperty("speech").GetArrayLength());
        using (var network = File.OpenRead(_folder.File("own.network")))
        {
            Assert.NotEqual(SpeechNetwork.Shipped.Name, SpeechNetwork.Read(network).Name);
        }

        var shipped = speaker.Run(["eval", "--detector", .. data]);
        Assert.True(shipped.ExitCode == 0, shipped.Error);
        Assert.Equal(1, shipped.Json.GetProperty("noise")[0].GetProperty("refused").GetDouble());
        Assert.InRange(shipped.Json.GetProperty("speech")[0].GetProperty("speechKept").GetDouble(), 0.8, 1);

        Assert.Equal(3, speaker.Run("eval", "--detector", "--corpus", "corpus").ExitCode);
        Assert.Equal(3, speaker.Run("eval", "--corpus", "corpus", "--noise", "noise").ExitCode);
        var resumed = speaker.Run(["train", "--detector", "--out", "own.network", "--resume", .. data]);
        Assert.Equal(3, resumed.ExitCode);
        Assert.Contains("does not take --resume", resumed.Error + resumed.Output, StringComparison.Ordinal);
        Assert.Equal(3, speaker.Run("train", "--detector", "--corpus", "corpus", "--out", "own").ExitCode);
    }

    [Fact]
    public void Train_WhatCannotWork_IsRefusedBeforeAnyFeature()
    {
        var speaker = new SpeakerProcess(_folder, null);
        Sounds.WriteSpeech(_folder.File("one", "de", "0.wav"), "de");
        var alone = speaker.Run("train", "--corpus", "one", "--out", "own");
        Assert.Equal(3, alone.ExitCode);
        Assert.Contains("There is 1 speaker to train on", alone.Error, StringComparison.Ordinal);

        Sounds.WriteSilence(_folder.File("mute", "a", "0.wav"), 2);
        Sounds.WriteSilence(_folder.File("mute", "b", "0.wav"), 2);
        var mute = speaker.Run("train", "--corpus", "mute", "--out", "own");
        Assert.Equal(3, mute.ExitCode);
        Assert.Contains("no speech in any of 2 recordings", mute.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("own.features")));
    }

    [Fact]
    public void Train_NoInit_RefinesTheAccurateModel()
    {
        WriteCorpus();
        var speaker = new SpeakerProcess(_folder, null);
        var trained = speaker.Run(
            "train", "--corpus", "corpus", "--out", "own", "--steps", "2", "--set", "bank.versions=2", "--set",
            "sampling.speakers=2", "--set", "crops.longestSeconds=0.5", "--json");
        Assert.True(trained.ExitCode == 0, trained.Error);
        using var card = JsonDocument.Parse(File.ReadAllText(_folder.File("own.json")));
        Assert.Equal("joined", card.RootElement.GetProperty("encoder").GetProperty("architecture").GetString(), true);
        // The sources of its weights stay named, and it has thresholds to decide by.
        Assert.NotEqual(0, card.RootElement.GetProperty("origins").GetArrayLength());
        Assert.NotEqual(0, card.RootElement.GetProperty("calibration").GetArrayLength());
        // Eight bits a weight: as small as the one it is from.
        Assert.InRange(new FileInfo(_folder.File("own.safetensors")).Length, 7_600_000, 8_200_000);

        var other = speaker.Run("train", "--corpus", "corpus", "--out", "other", "--set", "encoder.width=16");
        Assert.Equal(3, other.ExitCode);
        Assert.Contains("--init none", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_CheckpointOfAStoppedRun_AsksWhatToDoWithIt()
    {
        Directory.CreateDirectory(_folder.File("corpus"));
        File.WriteAllText(_folder.File("own.checkpoint"), "");
        var result = new SpeakerProcess(_folder, null).Run("train", "--corpus", "corpus", "--out", "own");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("--resume", result.Error, StringComparison.Ordinal);
    }

    /// <summary>Eight speakers, three recordings of each.</summary>
    private void WriteCorpus()
    {
        foreach (var language in (ReadOnlySpan<string>)["de", "fr", "es", "it", "ru", "hu", "cs", "da"])
        {
            for (var i = 0; i < 3; i++)
            {
                Sounds.WriteSpeech(_folder.File("corpus", language, $"{i}.wav"), language, first: 3 * i, count: 3);
            }
        }
    }
}
