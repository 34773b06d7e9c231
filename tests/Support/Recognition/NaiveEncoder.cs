using System.Runtime.InteropServices;
using Speaker.Audio.Features;
using Speaker.Models;

namespace Speaker.Tests.Support;

/// <summary>The network in evaluation mode as loops in double precision over one utterance, from the weights' names.</summary>
internal sealed class NaiveEncoder
{
    private const double NormEpsilon = 1e-5;
    private const double SmallestVariance = 1e-5;

    private readonly EncoderSpecification _specification;
    private readonly Dictionary<string, (double[] Values, long[] Shape)> _state;

    /// <param name="specification">Of the network.</param>
    /// <param name="weights">By name.</param>
    public NaiveEncoder(EncoderSpecification specification, IReadOnlyDictionary<string, StoredTensor> weights)
    {
        _specification = specification;
        _state = weights.Where(pair => pair.Value.Type == TensorType.Float32).ToDictionary(
            pair => pair.Key,
            pair => (
                Array.ConvertAll(MemoryMarshal.Cast<byte, float>(pair.Value.Bytes.Span).ToArray(), value => (double)value),
                pair.Value.Shape));
    }

    /// <param name="features">[T, C], normalised.</param>
    /// <returns>[D], unit length.</returns>
    public double[] Embed(FeatureMatrix features)
    {
        var channels = Enumerable.Range(0, features.Coefficients)
            .Select(c => Enumerable.Range(0, features.Frames).Select(t => (double)features.Row(t)[c]).ToArray()).ToArray();
        return [.. Enumerable.Range(0, _specification.Branches)
            .SelectMany(branch => Branch(channels, $"branches.{branch}."))
            .Select(v => v / Math.Sqrt(_specification.Branches))];
    }

    private double[] Branch(double[][] features, string branch)
    {
        var x = Relu(Norm(Convolve(features, branch + "entry", _specification.EntryStride, 1), branch + "entryNorm"));
        var gathered = new List<double[]>();
        for (var block = 0; block < _specification.Dilations.Count; block++)
        {
            var name = $"{branch}blocks.{block}";
            var h = Relu(Norm(Convolve(x, name + ".dilated", 1, _specification.Dilations[block]), name + ".dilatedNorm"));
            h = Norm(Convolve(h, name + ".convolution", 1, 1), name + ".convolutionNorm");
            var gate = Affine(
                Affine([.. h.Select(row => row.Average())], name + ".excitation.squeeze").Select(v => Math.Max(0, v)).ToArray(),
                name + ".excitation.excite");
            x = [.. h.Select((row, c) => row.Select((v, t) => Math.Max(0, x[c][t] + (v / (1 + Math.Exp(-gate[c]))))).ToArray())];
            gathered.AddRange(x);
        }

        var pooled = Pool(Relu(Convolve([.. gathered], branch + "aggregate", 1, 1)), branch);
        var normed = Norm([.. pooled.Select(v => new[] { v })], branch + "poolingNorm").Select(row => row[0]).ToArray();
        var embedding = Norm([.. Affine(normed, branch + "projection").Select(v => new[] { v })], branch + "projectionNorm")
            .Select(row => row[0]).ToArray();
        var length = Math.Sqrt(embedding.Sum(v => v * v));
        return [.. embedding.Select(v => v / length)];
    }

    private double[] Pool(double[][] x, string branch)
    {
        var mean = x.Select(row => row.Average()).ToArray();
        var deviation = x.Select((row, c) => Root(row.Average(v => v * v) - (mean[c] * mean[c]))).ToArray();
        var context = Affine([.. mean, .. deviation], branch + "pooling.context");
        var hidden = Convolve(x, branch + "pooling.frame", 1, 1)
            .Select((row, h) => row.Select(v => Math.Tanh(v + context[h])).ToArray()).ToArray();
        var scores = Convolve(hidden, branch + "pooling.score", 1, 1);
        var means = new double[x.Length];
        var deviations = new double[x.Length];
        for (var c = 0; c < x.Length; c++)
        {
            var total = scores[c].Sum(Math.Exp);
            means[c] = x[c].Select((v, t) => v * Math.Exp(scores[c][t]) / total).Sum();
            deviations[c] = Root(x[c].Select((v, t) => v * v * Math.Exp(scores[c][t]) / total).Sum() - (means[c] * means[c]));
        }

        return [.. means, .. deviations];
    }

    private static double Root(double variance) => Math.Sqrt(Math.Max(SmallestVariance, variance));

    private double[][] Convolve(double[][] x, string name, int stride, int dilation)
    {
        var (w, shape) = _state[name + ".weight"];
        var (outputs, inputs, kernel) = ((int)shape[0], (int)shape[1], (int)shape[2]);
        var result = new double[outputs][];
        for (var o = 0; o < outputs; o++)
        {
            result[o] = new double[(x[0].Length + stride - 1) / stride];
            for (var t = 0; t < result[o].Length; t++)
            {
                for (var i = 0; i < inputs; i++)
                {
                    for (var k = 0; k < kernel; k++)
                    {
                        var source = (t * stride) + ((k - (kernel / 2)) * dilation);
                        if (source >= 0 && source < x[0].Length)
                        {
                            result[o][t] += w[(((o * inputs) + i) * kernel) + k] * x[i][source];
                        }
                    }
                }
            }
        }

        return result;
    }

    private double[][] Norm(double[][] x, string name) => [.. x.Select((row, c) => row.Select(v =>
        ((v - _state[name + ".running_mean"].Values[c]) / Math.Sqrt(_state[name + ".running_var"].Values[c] + NormEpsilon)
            * _state[name + ".weight"].Values[c]) + _state[name + ".bias"].Values[c]).ToArray())];

    private double[] Affine(double[] x, string name)
    {
        var (w, shape) = _state[name + ".weight"];
        var result = new double[shape[0]];
        for (var o = 0; o < result.Length; o++)
        {
            result[o] = _state.TryGetValue(name + ".bias", out var bias) ? bias.Values[o] : 0;
            for (var i = 0; i < x.Length; i++)
            {
                result[o] += w[(o * x.Length) + i] * x[i];
            }
        }

        return result;
    }

    private static double[][] Relu(double[][] x) => [.. x.Select(row => row.Select(v => Math.Max(0, v)).ToArray())];
}
