using System.Globalization;
using System.Text.Json;
using Speaker.Training.Distances;
using Speaker.Training.Mining;
using Speaker.Training.Network;
using Speaker.Training.Runs;
using Speaker.Training.Sampling;
using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Bench;

/// <summary>
/// Time and memory of mining a batch, from embeddings to triplets, beside the cubic way, which holds a number for every
/// (anchor, positive, negative), and beside a whole training step of that batch. Both ways must find the same triplets.
/// </summary>
internal static class MiningSpeed
{
    private const double Margin = 0.3;

    /// <param name="Batches">Rows of each batch.</param>
    /// <param name="Utterances">Rows of each speaker.</param>
    /// <param name="Frames">Of every crop of the training step.</param>
    /// <param name="LargestCube">MB of a cube of float32 beyond which the cubic way goes by slices of anchors.</param>
    /// <param name="Rounds">Of which the fastest counts, since other work only ever adds.</param>
    internal sealed record Settings(int[] Batches, int Utterances, int Frames, int LargestCube, int Rounds);

    /// <returns>
    /// One line of JSON: for each batch the processor's milliseconds of every miner, of the cubic way and of a training step, peak
    /// megabytes of the two ways, and anchors in one slice of the cube.
    /// </returns>
    public static string Run(Settings settings)
    {
        torch.set_num_threads(1);
        return JsonSerializer.Serialize(settings.Batches.ToDictionary(
            rows => rows.ToString(CultureInfo.InvariantCulture), rows => Measure(rows, settings)));
    }

    private static object Measure(int rows, Settings settings)
    {
        var options = new TrainingOptions
        {
            Bank = new FeatureBankOptions { Folder = "" }, TripletMargin = Margin, Steps = 10_000_000,
        };
        var labels = Enumerable.Range(0, rows).Select(i => (long)(i / settings.Utterances)).ToArray();
        using var scope = torch.NewDisposeScope();
        var embeddings = Embeddings(labels, options.Encoder.Dimension);
        var slice = (int)Math.Clamp(settings.LargestCube * 1_000_000L / (4L * rows * rows), 1, rows);
        var miners = TripletMiner.Names.ToDictionary(name => name, name => TripletMiner.Create(
            name, Distance.SquaredEuclidean, Margin, options.Encoder.Dimension, options.Seed));

        var (megabytes, found) = Peak(() => Mine(miners["semi-hard"], embeddings, labels));
        var (cubicMegabytes, cubic) = Peak(() => MineCubically(embeddings, labels, slice));
        RequireSame(found, cubic);
        var milliseconds = TripletMiner.Names.ToDictionary(name => name, _ => double.PositiveInfinity);
        var cubicMilliseconds = double.PositiveInfinity;
        // The first pass of each miner is compiled while it runs, and does not count.
        foreach (var miner in miners.Values)
        {
            Mine(miner, embeddings, labels);
        }

        for (var round = 0; round < settings.Rounds; round++)
        {
            foreach (var (name, miner) in miners)
            {
                milliseconds[name] = Math.Min(milliseconds[name], Time(() => Mine(miner, embeddings, labels)));
            }

            cubicMilliseconds = Math.Min(cubicMilliseconds, Time(() => MineCubically(embeddings, labels, slice)));
        }

        return new
        {
            milliseconds,
            megabytes,
            cubicMilliseconds,
            cubicMegabytes,
            slice,
            stepMilliseconds = TrainingStepMilliseconds(options, labels, settings),
        };
    }

    private static MiningResult Mine(TripletMiner miner, torch.Tensor embeddings, long[] labels)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return miner.Mine(Distance.SquaredEuclidean.PairwiseMatrix(embeddings, embeddings), labels);
    }

    /// <summary>
    /// Semi-hard mining with d(a,n) − d(a,p) of every triple of rows at hand, a slice of anchors after the other.
    /// </summary>
    /// <returns>[B, B] d(a,n) of the negative chosen for each anchor and positive; NaN where they are no pair.</returns>
    private static float[] MineCubically(torch.Tensor embeddings, long[] labels, int slice)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var rows = labels.Length;
        var all = Distance.SquaredEuclidean.PairwiseMatrix(embeddings, embeddings);
        var column = torch.tensor(labels).unsqueeze(1);
        var chosen = new float[rows * rows];
        for (var first = 0; first < rows; first += slice)
        {
            using var inner = torch.NewDisposeScope();
            var anchors = Math.Min(slice, rows - first);
            var distances = all.narrow(0, first, anchors);
            var own = column.narrow(0, first, anchors).eq(column.transpose(0, 1));
            var gaps = distances.unsqueeze(1) - distances.unsqueeze(2);
            var others = gaps.MaskedFill(own.unsqueeze(1), float.PositiveInfinity);
            var beyond = others.MaskedFill(gaps.LessOrEqual(0), float.PositiveInfinity).negative().argmax(2);
            var mine = gaps.MaskedFill(own.unsqueeze(1), float.NegativeInfinity);
            var within = mine.MaskedFill(gaps.GreaterThan(0), float.NegativeInfinity).argmax(2);
            Choose(
                distances.contiguous().data<float>().ToArray(), labels, first,
                beyond.data<long>().ToArray(), within.data<long>().ToArray(), chosen.AsSpan(first * rows));
        }

        return chosen;
    }

    private static void Choose(
        float[] distances, long[] labels, int first, long[] beyond, long[] within, Span<float> chosen)
    {
        var rows = labels.Length;
        for (var i = 0; i < distances.Length; i++)
        {
            var (anchor, positive) = (i / rows, i % rows);
            if (labels[first + anchor] != labels[positive] || first + anchor == positive)
            {
                chosen[i] = float.NaN;
                continue;
            }

            // Where there is none, argmax has taken a row that does not lie on that side, or is the anchor's own.
            bool Negative(long row) => labels[row] != labels[positive];
            var (near, far) = (distances[(anchor * rows) + beyond[i]], distances[(anchor * rows) + within[i]]);
            var hasBeyond = Negative(beyond[i]) && near > distances[i];
            var hasWithin = Negative(within[i]) && far <= distances[i];
            chosen[i] = (hasBeyond && near < distances[i] + (float)Margin) || !hasWithin ? near : far;
        }
    }

    /// <summary>Distances, not rows: two negatives may be equally far.</summary>
    private static void RequireSame(MiningResult found, float[] cubic)
    {
        var pairs = cubic.Where(distance => !float.IsNaN(distance)).ToArray();
        var mean = pairs.Average(distance => (double)distance);
        if (pairs.Length != found.Triplets.Count || Math.Abs(mean - found.Statistics.MeanNegative) > 1e-6)
        {
            throw new InvalidOperationException(
                $"The two ways differ: {found.Triplets.Count} triplets with a mean d(a,n) of "
                + $"{found.Statistics.MeanNegative}, {pairs.Length} with {mean}.");
        }
    }

    private static double TrainingStepMilliseconds(TrainingOptions options, long[] labels, Settings settings)
    {
        var classes = Enumerable.Range(0, (int)labels[^1] + 1)
            .Select(i => new SpeakerClass(i, 0, "noise", [i], 10)).ToArray();
        using var state = new TrainingState(options, classes);
        var features = Noise.Make(labels.Length * options.Encoder.Coefficients * settings.Frames);
        var step = 0;
        var fastest = double.PositiveInfinity;
        for (var round = 0; round < settings.Rounds; round++)
        {
            fastest = Math.Min(fastest, Time(() => state.Learn(
                new TrainingBatch(step++, features, labels, settings.Frames))));
        }

        return fastest;
    }

    /// <summary>Unit vectors, those of a speaker somewhat closer to each other than to the rest.</summary>
    private static torch.Tensor Embeddings(long[] labels, int dimension)
    {
        var noise = Noise.Make((labels.Length + (int)labels[^1] + 1) * dimension);
        var values = new float[labels.Length * dimension];
        for (var i = 0; i < values.Length; i++)
        {
            var centre = (labels.Length + (int)labels[i / dimension]) * dimension;
            values[i] = noise[i] + (0.5f * noise[centre + (i % dimension)]);
        }

        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(values, [labels.Length, dimension]);
        return (x * (x * x).sum(1, true).rsqrt()).MoveToOuterDisposeScope();
    }

    /// <summary>The processor's time: what other processes take of the core is not counted.</summary>
    private static double Time<T>(Func<T> work)
    {
        var start = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - start).TotalMilliseconds;
    }

    /// <summary>How far the process grows while it works, at its highest, in MB.</summary>
    private static (double Megabytes, T Result) Peak<T>(Func<T> work)
    {
        File.WriteAllText("/proc/self/clear_refs", "5"); // which sets the high-water mark to what is resident now
        var before = Kilobytes("VmRSS:");
        var result = work();
        return (Math.Max(0, Kilobytes("VmHWM:") - before) / 1000.0, result);
    }

    private static long Kilobytes(string name)
    {
        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(name.Length).Trim().TrimEnd("kB "), CultureInfo.InvariantCulture);
    }
}
