using Microsoft.Extensions.Options;
using Speaker.Audio.SpeechDetection;
using Speaker.Audio.SpeechDetection.TimeDelayNetwork;
using Speaker.Augmentation;
using Speaker.Corpora;
using Speaker.Evaluation.SpeechDetection;
using Speaker.Training.SpeechDetection;
using Speaker.Training.Tests.Runs;

namespace Speaker.Training.Tests.SpeechDetection;

public sealed class SpeechDetectorTrainerTests : IDisposable
{
    private static readonly DetectorTrainingOptions Short = new() { Steps = 150, BatchSize = 8, Utterances = 20 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_VoicesMadeHereAgainstNoise_LearnsTheSameEachTime()
    {
        SyntheticSpeech.WriteCorpus(_folder.File("speech"), "train", 6, 2, 2, 100);
        for (var i = 0; i < 10; i++)
        {
            WaveFile.Write(_folder.File($"noise/hiss/take{i}-a.wav"), Noise(i));
        }

        var noises = NoiseFolder.Load(_folder.File("noise"));
        var reports = new Recorder();
        var network = new SpeechDetectorTrainer(Short).Train(
            Utterances("speech"), [.. noises.Train.Select(noise => noise.Samples)], [], reports);

        // A guess costs ln 2 a frame.
        Assert.Equal([50, 100, 150], reports.All.Select(report => report.Step));
        Assert.InRange(reports.All[^1].Loss, 0, 0.8 * Math.Log(2));
        Assert.InRange(reports.All[^1].Loss, 0, 0.9 * reports.All[0].Loss);

        var again = new SpeechDetectorTrainer(Short with { Threads = 1 }).Train(
            Utterances("speech"), [.. noises.Train.Select(noise => noise.Samples)], []);
        Assert.Equal(network.Name, again.Name);
    }

    [Fact]
    public void Measure_ShippedNetwork_CountsFramesAndRefusals()
    {
        SyntheticSpeech.WriteCorpus(_folder.File("speech"), "dev", 4, 2, 2, 200);
        WaveFile.Write(_folder.File("noise/hiss/a-1.wav"), Noise(1));
        WaveFile.Write(_folder.File("noise/voice/b-1.wav"), SyntheticSpeech.Speak(205, 0, 2));
        var noises = NoiseFolder.Load(_folder.File("noise"));

        // With no voice loud enough to be an utterance everything is refused.
        var strict = SpeechDetectionEvaluator.Measure(
            SpeechNetwork.Shipped, Utterances("speech"), noises.All, 60, _ => { });
        Assert.All(strict.Speech, condition => Assert.Equal(1, condition.Refused));

        var report = SpeechDetectionEvaluator.Measure(
            SpeechNetwork.Shipped, Utterances("speech"), noises.All, 0.25, _ => { });
        Assert.Equal(["clean", "20 dB", "10 dB", "5 dB"], report.Speech.Select(condition => condition.Condition));
        Assert.All(report.Speech, condition => Assert.Equal(8, condition.Recordings));
        Assert.Equal(strict.Speech[0].SpeechKept, report.Speech[0].SpeechKept);
        Assert.InRange(report.Speech[0].NoisePassed, 0, report.Speech[0].SpeechKept / 2);
        Assert.Equal(
            [("hiss", 1, 1.0), ("voice", 1, 0.0)],
            report.Noise.Select(kind => (kind.Kind, kind.Sounds, kind.Refused)).OrderBy(kind => kind.Kind));
    }

    [Fact]
    public void Train_NothingCleanEnough_Throws()
    {
        for (var i = 0; i < 2; i++)
        {
            WaveFile.Write(_folder.File($"speech/s/{i}.wav"), [.. Noise(i), .. Noise(i), .. Noise(i)]);
        }

        var exception = Assert.Throws<ModelException>(
            () => new SpeechDetectorTrainer(Short).Train(Utterances("speech"), [], []));

        Assert.Contains("clean enough", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_CutsOfOneTake_AreOnOneSide()
    {
        for (var take = 0; take < 20; take++)
        {
            foreach (var cut in "abc")
            {
                WaveFile.Write(_folder.File($"noise/kind/{take}-{cut}.wav"), Enumerable.Repeat(take / 100f, 2000).ToArray());
            }
        }

        var noises = NoiseFolder.Load(_folder.File("noise"));

        Assert.Equal(60, noises.All.Count);
        Assert.InRange(noises.HeldOut.Count, 3, 30);
        var train = noises.Train.Select(noise => noise.Samples[1000]).ToHashSet();
        Assert.DoesNotContain(noises.HeldOut, noise => train.Contains(noise.Samples[1000]));
        Assert.All(noises.All, noise => Assert.Equal("kind", noise.Kind));
    }

    [Theory]
    [InlineData(0, 1.0, "Steps = 0")]
    [InlineData(10, 0.0, "MissCost = 0")]
    public void Constructor_OptionOutOfRange_Throws(int steps, double cost, string message)
    {
        var exception = Assert.Throws<OptionsValidationException>(
            () => new SpeechDetectorTrainer(new DetectorTrainingOptions { Steps = steps, MissCost = cost }));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    private IReadOnlyList<CorpusUtterance> Utterances(string folder) =>
        Corpus.Load(_folder.File(folder), new CorpusOptions { DevFraction = 0 }).Utterances;

    private static float[] Noise(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 24000).Select(_ => (float)(0.2 * random.NextDouble()) - 0.1f)];
    }

    private sealed class Recorder : IProgress<DetectorProgress>
    {
        public List<DetectorProgress> All { get; } = [];

        public void Report(DetectorProgress value) => All.Add(value);
    }
}
