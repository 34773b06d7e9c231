using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>A whole run of <c>train</c>, small enough for a test, and what its model is good for.</summary>
public sealed class TrainTests : IDisposable
{
    private static readonly string[] Small =
    [
        "--steps", "3", "--set", "encoder.width=16", "--set", "encoder.aggregateWidth=24",
        "--set", "encoder.attentionWidth=8", "--set", "encoder.dimension=16", "--set", "sampling.speakers=4",
        "--set", "bank.layers=1", "--set", "evaluateEvery=3", "--set", "reportEvery=1",
    ];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_SmallCorpus_WritesAModelThatTheOtherVerbsTake()
    {
        foreach (var language in (ReadOnlySpan<string>)["de", "fr", "es", "it", "ru", "hu", "cs", "da"])
        {
            for (var i = 0; i < 3; i++)
            {
                Sounds.WriteSpeech(_folder.File("corpus", language, $"{i}.wav"), language, first: 3 * i, count: 3);
            }
        }

        var model = _folder.File("models", "own.safetensors");
        var speaker = new SpeakerProcess(_folder, model);
        var trained = speaker.Run(["train", "--corpus", "corpus", "--out", "models/own", "--json", .. Small]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Equal(3, trained.Json.GetProperty("steps").GetInt32());
        // Two of the eight speakers are held out: there is something to measure.
        Assert.InRange(trained.Json.GetProperty("devEer").GetDouble(), 0, 1);
        foreach (var figure in (string[])["step 3 of 3", "active triplets", "mean d(a,p)", "mean d(a,n)", "dev EER",
            "utterances/s", "remaining"])
        {
            Assert.Contains(figure, trained.Error, StringComparison.Ordinal);
        }

        Assert.Contains(
            "speaker train --corpus corpus --out models/own",
            File.ReadAllText(Path.ChangeExtension(model, ".json")), StringComparison.Ordinal);
        Assert.Equal(0, speaker.Run("embed", _folder.File("corpus", "de", "0.wav")).ExitCode);
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
}
