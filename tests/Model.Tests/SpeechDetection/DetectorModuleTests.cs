using Speaker.Audio.SpeechDetection;
using Speaker.Audio.SpeechDetection.TimeDelayNetwork;
using Speaker.Training.SpeechDetection;
using TorchSharp;

namespace Speaker.Training.Tests.SpeechDetection;

public class DetectorModuleTests
{
    /// <summary>What is trained and what the product runs are written apart: they must compute the same.</summary>
    [Fact]
    public void ToNetwork_AnyFeatures_GivesTheModulesLogOdds()
    {
        const int frames = 150;
        torch.manual_seed(3);
        using var module = new DetectorModule();
        var random = new Random(4);
        var features = Enumerable.Range(0, frames * SpeechFeatures.Count)
            .Select(_ => (float)random.NextDouble() * 4 - 2).ToArray();
        var ones = Enumerable.Repeat(1f, SpeechFeatures.Count).ToArray();
        var network = module.ToNetwork(new float[SpeechFeatures.Count], ones);

        using var scope = torch.NewDisposeScope();
        var logits = module.call(
                torch.tensor(features, [1, frames, SpeechFeatures.Count]).transpose(1, 2).unsqueeze(2))
            .contiguous().data<float>().ToArray();

        var stream = new SpeechNetworkStream(network);
        var odds = new float[frames];
        var decided = stream.Push(features, odds);
        decided += stream.Flush(odds.AsSpan(decided));

        Assert.Equal(frames, decided);
        for (var frame = 0; frame < frames; frame++)
        {
            Assert.Equal(logits[frames + frame] - logits[frame], odds[frame], 1e-4);
        }
    }
}
