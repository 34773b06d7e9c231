using Speaker.Audio;
using Speaker.Model.Corpora;
using Speaker.Model.SpeechDetection;
using Speaker.Model.Tests.Encoding;
using Speaker.Model.Tests.Training;

namespace Speaker.Model.Tests.SpeechDetection;

public sealed class SpeechDetectorTrainerTests : IDisposable
{
    private static readonly DetectorTrainingOptions Short = new() { Steps = 60, BatchSize = 8, Utterances = 20 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_VoicesMadeHereAgainstNoise_TellsThemApart()
    {
        SyntheticSpeech.WriteCorpus(_folder.File("speech"), "train", 6, 2, 2, 100);
        SyntheticSpeech.WriteCorpus(_folder.File("others"), "dev", 4, 2, 2, 200);
        for (var i = 0; i < 10; i++)
        {
            SyntheticSpeech.WriteWav(_folder.File($"noise/hiss/take{i}-a.wav"), Noise(i));
        }

        var noises = NoiseFolder.Load(_folder.File("noise"));
        var network = new SpeechDetectorTrainer(Short).Train(
            Utterances("speech"), [.. noises.Train.Select(noise => noise.Samples)], []);

        var report = SpeechDetectionEvaluator.Measure(network, Utterances("others"), noises.HeldOut, 0.25);

        var clean = report.Speech[0];
        Assert.Equal(8, clean.Recordings);
        Assert.InRange(clean.SpeechKept, 0.8, 1);
        Assert.InRange(clean.NoisePassed, 0, 0.3);
        Assert.All(report.Noise, kind => Assert.Equal(1, kind.Refused));

        var again = new SpeechDetectorTrainer(Short with { Threads = 1 }).Train(
            Utterances("speech"), [.. noises.Train.Select(noise => noise.Samples)], []);
        Assert.Equal(network.Name, again.Name);
    }

    [Fact]
    public void Train_NothingCleanEnough_Throws()
    {
        for (var i = 0; i < 2; i++)
        {
            SyntheticSpeech.WriteWav(_folder.File($"speech/s/{i}.wav"), [.. Noise(i), .. Noise(i), .. Noise(i)]);
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
                SyntheticSpeech.WriteWav(_folder.File($"noise/kind/{take}-{cut}.wav"), Enumerable.Repeat(take / 100f, 2000).ToArray());
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
    [InlineData(0, 1.0, "Steps is 0")]
    [InlineData(10, 0.0, "MissCost is 0")]
    public void Constructor_OptionOutOfRange_Throws(int steps, double cost, string message)
    {
        var exception = Assert.Throws<ModelException>(
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
}
