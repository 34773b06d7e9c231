using Microsoft.Extensions.Options;
using TorchSharp;

namespace Speaker.Training.Tests;

/// <summary>Training by the public face: folder in, model out, and the recogniser takes it.</summary>
public sealed class EncoderTrainerTests : IDisposable
{
    private const string Small = """
        {
          "encoder": { "width": 16, "dilations": [1, 2], "aggregateWidth": 24, "attentionWidth": 8, "dimension": 16 },
          "bank": { "speeds": [1], "versions": 1, "threads": 1, "babbleUtterances": 0 },
          "sampling": { "speakers": 4, "utterances": 2 }, "crops": { "longestSeconds": 1 },
          "threads": 1, "bFloat16": false, "reportEvery": 2
        }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly int _threads = torch.get_num_threads();

    public EncoderTrainerTests() => SyntheticSpeech.WriteCorpus(_folder.File("speech"), "voice", 12, 4, 2, 100);

    public void Dispose()
    {
        torch.set_num_threads(_threads);
        _folder.Dispose();
    }

    [Fact]
    public async Task TrainAsync_FolderOfSpeakers_WritesAModelThatTheRecognizerTakes()
    {
        var reports = new Reports();
        var path = _folder.File("mine.safetensors");
        var options = new EncoderTrainerOptions
        {
            Steps = 4, Settings = Small, FeatureDirectory = _folder.File("features"),
            Licences = new Dictionary<string, string> { ["speech"] = "public domain" },
        };

        var result = await new EncoderTrainer(options).TrainAsync(_folder.File("speech"), path, reports);

        Assert.Equal((path, 4, false), (result.ModelPath, result.Steps, result.StoppedEarly));
        Assert.Empty(result.Speechless);
        Assert.Equal([2, 4], reports.All.Select(report => report.Step));
        Assert.All(reports.All, report => Assert.True(double.IsFinite(report.Loss)));
        var recognizer = SpeakerRecognizer.Open(path);
        var recording = Directory.GetFiles(_folder.File("speech"), "*.wav", SearchOption.AllDirectories)[0];
        Assert.Equal(16, (await recognizer.EmbedAsync(recording)).Embedding!.Length);
        Assert.True(Directory.Exists(_folder.File("features")));
    }

    [Fact]
    public async Task TrainAsync_OptionsThatCannotBe_AreMisuse()
    {
        var path = _folder.File("mine.safetensors");
        Task Train(EncoderTrainerOptions options) => new EncoderTrainer(options).TrainAsync(_folder.File("speech"), path);

        var unknown = await Assert.ThrowsAsync<ArgumentException>(
            () => Train(new EncoderTrainerOptions { Settings = """{ "tripletMargn": 0.2 }""" }));
        Assert.Contains("tripletMargn", unknown.Message, StringComparison.Ordinal);
        var outside = await Assert.ThrowsAsync<OptionsValidationException>(
            () => Train(new EncoderTrainerOptions { Settings = """{ "learningRate": 5 }""" }));
        Assert.Contains("TrainingOptions.LearningRate = 5, must be from", outside.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<OptionsValidationException>(() => Train(new EncoderTrainerOptions { Steps = 0 }));
    }

    [Fact]
    public async Task TrainAsync_Cancelled_Stops()
    {
        using var stop = new CancellationTokenSource();
        var options = new EncoderTrainerOptions { Steps = 100_000, Settings = Small };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new EncoderTrainer(options).TrainAsync(
            _folder.File("speech"), _folder.File("mine.safetensors"), new Reports(stop.Cancel), stop.Token));
        Assert.False(File.Exists(_folder.File("mine.safetensors")));
        Assert.True(File.Exists(_folder.File("mine.checkpoint")));
    }

    private sealed class Reports(Action? reported = null) : IProgress<EncoderTrainerProgress>
    {
        public List<EncoderTrainerProgress> All { get; } = [];

        public void Report(EncoderTrainerProgress value)
        {
            All.Add(value);
            reported?.Invoke();
        }
    }
}
