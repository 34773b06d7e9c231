using Speaker.Audio.Features;
using Speaker.Models;
using Speaker.Numerics;
using Speaker.Training.Distances;
using Speaker.Training.Mining;
using Speaker.Training.Network;
using Speaker.Training.Runs;
using Speaker.Training.Sampling;
using TorchSharp;

namespace Speaker.Training.Studies;

/// <summary>Times at one batch size.</summary>
/// <param name="Batch">Crops in the batch, four a speaker.</param>
/// <param name="StepMilliseconds">
/// A whole training step of the default network on crops of a second, its semi-hard mining included.
/// </param>
/// <param name="MiningMilliseconds">The matrix of distances and the mining of it, by miner.</param>
internal sealed record MiningTimes(
    int Batch, double StepMilliseconds, IReadOnlyDictionary<string, double> MiningMilliseconds);

/// <summary>
/// What mining costs beside learning as the batch grows. The times are this machine's, at the hour of the measurement.
/// </summary>
/// <param name="Threads">Of the tensor library.</param>
/// <param name="Times">From the smallest batch to the largest.</param>
internal sealed record MiningCost(int Threads, IReadOnlyList<MiningTimes> Times)
{
    /// <summary>As the command line takes it, beside the claims.</summary>
    public const string Name = "cost";

    private const int UtterancesOfASpeaker = 4;
    private const double Margin = 0.3;

    /// <summary>Share of a step that mining takes, at the largest batch.</summary>
    public double ShareOfStep(string miner) => Times[^1].MiningMilliseconds[miner] / Times[^1].StepMilliseconds;

    /// <summary>The power of the batch's size that mining's time grows by, from the smallest batch to the
    /// largest.</summary>
    public double Growth(string miner) =>
        Math.Log(Times[^1].MiningMilliseconds[miner] / Times[0].MiningMilliseconds[miner])
        / Math.Log((double)Times[^1].Batch / Times[0].Batch);

    internal static MiningCost Measure(
        IReadOnlyList<int> batches, TimeProvider time, Action<int> measured, CancellationToken cancellationToken)
    {
        var times = new List<MiningTimes>();
        foreach (var batch in batches.Order())
        {
            var labels = Enumerable.Range(0, batch).Select(i => (long)(i / UtterancesOfASpeaker)).ToArray();
            var mining = new Dictionary<string, double>(StringComparer.Ordinal);
            foreach (var name in TripletMiner.Names)
            {
                cancellationToken.ThrowIfCancellationRequested();
                mining.Add(name, TimeMining(name, labels, time));
            }

            times.Add(new MiningTimes(batch, TimeStep(labels, time, cancellationToken), mining));
            measured(batch);
        }

        return new MiningCost(torch.get_num_threads(), times);
    }

    private static double TimeMining(string name, long[] labels, TimeProvider time)
    {
        var distance = Distance.SquaredEuclidean;
        var dimension = new EncoderSpecification().Dimension;
        var miner = TripletMiner.Create(name, distance, Margin, dimension, 1);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var embeddings = torch.tensor(Voices(labels, dimension), [labels.Length, dimension]);
        return Median(5, 5, time, () =>
        {
            using var inner = torch.NewDisposeScope();
            miner.Mine(distance.PairwiseMatrix(embeddings, embeddings), labels);
        });
    }

    private static double TimeStep(long[] labels, TimeProvider time, CancellationToken cancellationToken)
    {
        var options = new TrainingOptions
        {
            Bank = new FeatureBankOptions { Folder = "" }, SoftmaxWeight = 0, TripletMargin = Margin, BFloat16 = false,
        };
        var frames = options.FrontEnd.SampleRate / options.FrontEnd.HopLength;
        var speakers = labels.Distinct().Select(label => new SpeakerClass((int)label, 0, "", [0], 1)).ToArray();
        using var state = new TrainingState(options, speakers);
        var features = Noise(labels.Length * frames * options.Encoder.Coefficients);
        var step = 0;
        return Median(1, 3, time, () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            state.Learn(new TrainingBatch(step++, features, labels, frames));
        });
    }

    private static double Median(int warmUp, int timed, TimeProvider time, Action work)
    {
        var milliseconds = new List<double>();
        for (var i = 0; i < warmUp + timed; i++)
        {
            var started = time.GetTimestamp();
            work();
            if (i >= warmUp)
            {
                milliseconds.Add(time.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        return milliseconds.Order().ElementAt(timed / 2);
    }

    /// <summary>
    /// Unit vectors about a direction of each speaker's, as far from it as makes semi-hard negatives neither rare nor
    /// the rule.
    /// </summary>
    private static float[] Voices(long[] labels, int dimension)
    {
        var centres = Noise((int)(labels.Max() + 1) * dimension);
        var voices = Noise(labels.Length * dimension);
        for (var i = 0; i < labels.Length; i++)
        {
            var voice = voices.AsSpan(i * dimension, dimension);
            var centre = centres.AsSpan((int)labels[i] * dimension, dimension);
            System.Numerics.Tensors.TensorPrimitives.Add(voice, centre, voice);
            System.Numerics.Tensors.TensorPrimitives.Divide(
                voice, System.Numerics.Tensors.TensorPrimitives.Norm<float>(voice), voice);
        }

        return voices;
    }

    private static float[] Noise(int count)
    {
        var random = SplitRandom.For(1, count);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextGaussians().First)];
    }
}
