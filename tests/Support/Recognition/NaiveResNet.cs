using System.Runtime.InteropServices;
using Speaker.Audio.Features;
using Speaker.Models;

namespace Speaker.Tests.Support;

/// <summary>The ResNet as loops in double precision over one utterance, from the weights' names.</summary>
internal sealed class NaiveResNet(
    EncoderSpecification specification, IReadOnlyDictionary<string, StoredTensor> weights)
{
    private const double VarianceOffset = 1e-7;

    /// <param name="features">[T, C], normalised.</param>
    /// <returns>[D], unit length.</returns>
    public double[] Embed(FeatureMatrix features)
    {
        var picture = new double[1][,];
        picture[0] = new double[features.Coefficients, features.Frames];
        for (var t = 0; t < features.Frames; t++)
        {
            for (var band = 0; band < features.Coefficients; band++)
            {
                for (var k = 0; k < features.Coefficients; k++)
                {
                    picture[0][band, t] += features.Row(t)[k]
                        * Math.Sqrt((k == 0 ? 1.0 : 2.0) / features.Coefficients)
                        * Math.Cos(Math.PI * k * (band + 0.5) / features.Coefficients);
                }
            }
        }

        return [.. Enumerable.Range(0, specification.Branches)
            .SelectMany(branch => Branch(picture, $"branches.{branch}."))
            .Select(value => value / Math.Sqrt(specification.Branches))];
    }

    private double[] Branch(double[][,] picture, string branch)
    {
        var x = Rectified(Convolve(picture, branch + "stem", 1));
        for (var stage = 0; stage < specification.BlocksOfStages.Count; stage++)
        {
            for (var index = 0; index < specification.BlocksOfStages[stage]; index++)
            {
                var block = $"{branch}stages.{stage}.{index}.";
                var stride = stage > 0 && index == 0 ? 2 : 1;
                var h = Convolve(Rectified(Convolve(x, block + "conv1", stride)), block + "conv2", 1);
                x = stride > 1 ? Convolve(x, block + "shortcut", stride) : x;
                x = Rectified([.. h.Select((channel, c) => Each(channel, (value, f, t) => value + x[c][f, t]))]);
            }
        }

        var frames = x[0].GetLength(1);
        var rows = x.SelectMany(channel => Enumerable.Range(0, channel.GetLength(0))
            .Select(f => Enumerable.Range(0, frames).Select(t => channel[f, t]).ToArray())).ToArray();
        var means = rows.Select(row => row.Average());
        var deviations = rows.Select(row => Math.Sqrt(
            (row.Sum(value => Math.Pow(value - row.Average(), 2)) / Math.Max(1, frames - 1)) + VarianceOffset));
        double[] statistics = [.. means, .. deviations];
        var (matrix, biases) = (Values(branch + "embedding.weight"), Values(branch + "embedding.bias"));
        var embedding = biases
            .Select((bias, d) => bias + statistics.Select((v, i) => v * matrix[(d * statistics.Length) + i]).Sum())
            .ToArray();
        var length = Math.Sqrt(embedding.Sum(value => value * value));
        return [.. embedding.Select(value => value / length)];
    }

    private double[][,] Convolve(double[][,] x, string name, int stride)
    {
        var (kernels, biases) = (Values(name + ".weight"), Values(name + ".bias"));
        var kernel = (int)weights[name + ".weight"].Shape[2];
        var (bands, frames) = (x[0].GetLength(0), x[0].GetLength(1));
        return [.. biases.Select((bias, o) => Each(
            new double[(bands + stride - 1) / stride, (frames + stride - 1) / stride], (_, band, frame) =>
            {
                var sum = bias;
                for (var i = 0; i < x.Length; i++)
                {
                    for (var tap = 0; tap < kernel * kernel; tap++)
                    {
                        var f = (band * stride) + (tap / kernel) - (kernel / 2);
                        var t = (frame * stride) + (tap % kernel) - (kernel / 2);
                        if (f >= 0 && f < bands && t >= 0 && t < frames)
                        {
                            sum += kernels[(((o * x.Length) + i) * kernel * kernel) + tap] * x[i][f, t];
                        }
                    }
                }

                return sum;
            }))];
    }

    private static double[][,] Rectified(double[][,] x) =>
        [.. x.Select(channel => Each(channel, (value, _, _) => Math.Max(0, value)))];

    private static double[,] Each(double[,] values, Func<double, int, int, double> change)
    {
        var result = new double[values.GetLength(0), values.GetLength(1)];
        for (var f = 0; f < result.GetLength(0); f++)
        {
            for (var t = 0; t < result.GetLength(1); t++)
            {
                result[f, t] = change(values[f, t], f, t);
            }
        }

        return result;
    }

    private double[] Values(string name) => Array.ConvertAll(
        MemoryMarshal.Cast<byte, float>(weights[name].Bytes.Span).ToArray(), value => (double)value);
}
