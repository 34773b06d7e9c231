using Speaker.Audio.SpeechDetection;
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
        var frame = 0;
        for (var at = 0; at < features.Length; at += SpeechFeatures.Count)
        {
            if (stream.Push(features.AsSpan(at, SpeechFeatures.Count), out var odds))
            {
                Check(odds);
            }
        }

        while (stream.Flush(out var odds))
        {
            Check(odds);
        }

        Assert.Equal(frames, frame);

        void Check(float odds) => Assert.Equal(logits[frames + frame] - logits[frame++], odds, 1e-4);
    }
}
