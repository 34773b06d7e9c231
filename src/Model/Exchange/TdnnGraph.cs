using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Exchange.Onnx;

namespace Speaker.Training.Exchange;

/// <summary>
/// A branch of a TDNN as ONNX operators, for any number of utterances of one length; batch normalisations are folded
/// into the layers beside them.
/// </summary>
internal sealed class TdnnGraph
{
    private const float SmallestVariance = 1e-5f;

    private readonly OnnxGraph _graph;
    private readonly EncoderSpecification _specification;
    private readonly WeightReader _weights;
    private readonly bool _asPicture;

    private TdnnGraph(OnnxGraph graph, EncoderSpecification specification, WeightReader weights, bool asPicture)
    {
        _graph = graph;
        _specification = specification;
        _weights = weights;
        _asPicture = asPicture;
    }

    private long Time => _asPicture ? 3 : 2;

    /// <summary>Adds a TDNN.</summary>
    /// <param name="graph">That it is added to.</param>
    /// <param name="specification">Of the TDNN.</param>
    /// <param name="weights">Of the TDNN.</param>
    /// <param name="features">[B, C, T]; as a picture [B, C, 1, T].</param>
    /// <param name="asPicture">Whether time is the width of a picture one high: runtimes have other kernels for
    /// it.</param>
    /// <returns>[B, D], of unit length.</returns>
    public static string Append(
        OnnxGraph graph, EncoderSpecification specification, WeightReader weights, string features, bool asPicture) =>
        graph.JoinBranches(Enumerable.Range(0, specification.Branches).Select(
            i => new TdnnGraph(graph, specification, weights.Within($"branches.{i}."), asPicture).Branch(features)));

    private string Branch(string features)
    {
        var s = _specification;
        var x = _graph.Relu(Convolve(features, "entry", s.Coefficients, s.Width, s.EntryKernel, s.EntryStride, 1));
        var outputs = new string[s.Dilations.Count];
        for (var i = 0; i < outputs.Length; i++)
        {
            var block = $"blocks.{i}.";
            var h = _graph.Relu(Convolve(x, $"{block}dilated", s.Width, s.Width, 3, 1, s.Dilations[i]));
            h = Convolve(h, $"{block}convolution", s.Width, s.Width, 3, 1, 1);
            var hidden = Math.Max(1, s.Width / 4);
            var gate = _graph.Relu(Affine(Mean(h), $"{block}excitation.squeeze", s.Width, hidden));
            gate = _graph.Node("Sigmoid", [Affine(gate, $"{block}excitation.excite", hidden, s.Width)]);
            outputs[i] = x = _graph.Relu(_graph.Node("Add", [_graph.Node("Mul", [h, gate]), x]));
        }

        var gathered = s.Width * outputs.Length;
        x = outputs.Length == 1 ? x : _graph.Node("Concat", outputs, ("axis", [1]));
        x = _graph.Relu(Pointwise(
            x, _weights.Read("aggregate.weight", s.AggregateWidth, gathered, 1), gathered, null));
        return Project(Pool(x));
    }

    /// <summary>Attentive statistics, [B, 2 channels, 1] or [B, 2 channels, 1, 1].</summary>
    private string Pool(string x)
    {
        var (channels, hidden) = (_specification.AggregateWidth, _specification.AttentionWidth);
        var squares = _graph.Node("Mul", [x, x]);
        var mean = Mean(x);
        var statistics = _graph.Node("Concat", [mean, Deviation(Mean(squares), mean)], ("axis", [1]));
        var context = Affine(statistics, "pooling.context", 2 * channels, hidden);
        var frame = Pointwise(x, _weights.Read("pooling.frame.weight", hidden, channels, 1), channels, null);
        var units = _graph.Node("Tanh", [_graph.Node("Add", [frame, context])]);
        var scores = Pointwise(units, _weights.Read("pooling.score.weight", channels, hidden, 1), hidden, null);
        var attention = _graph.Node("Softmax", [scores], ("axis", [Time]));
        var pooled = Sum(_graph.Node("Mul", [x, attention]));
        var deviation = Deviation(Sum(_graph.Node("Mul", [squares, attention])), pooled);
        return _graph.Node("Concat", [pooled, deviation], ("axis", [1]));
    }

    private string Project(string pooled)
    {
        var (inputs, outputs) = (2 * _specification.AggregateWidth, _specification.BranchDimension);
        var before = new BatchNorm(_weights, "poolingNorm", inputs);
        var after = new BatchNorm(_weights, "projectionNorm", outputs);
        var stored = _weights.Read("projection.weight", outputs, inputs);
        var folded = new float[stored.Length];
        var biases = new float[outputs];
        for (var o = 0; o < outputs; o++)
        {
            var bias = after.Shifts[o];
            for (var i = 0; i < inputs; i++)
            {
                folded[(o * inputs) + i] = (float)(stored[(o * inputs) + i] * before.Scales[i] * after.Scales[o]);
                bias += stored[(o * inputs) + i] * before.Shifts[i] * after.Scales[o];
            }

            biases[o] = (float)bias;
        }

        var projected = Pointwise(pooled, folded, inputs, biases);
        return _graph.ToUnitLength(_graph.Node("Flatten", [projected], ("axis", [1])));
    }

    private string Convolve(string x, string name, int inputs, int outputs, int kernel, int stride, int dilation)
    {
        var norm = new BatchNorm(_weights, $"{name}Norm", outputs);
        var weights = _weights.Read($"{name}.weight", outputs, inputs, kernel).ToArray();
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)(weights[i] * norm.Scales[i / (inputs * kernel)]);
        }

        return Convolve(x, weights, inputs, norm.ToBiases(), kernel, stride, dilation);
    }

    private string Affine(string x, string name, int inputs, int outputs) => Pointwise(
        x, _weights.Read($"{name}.weight", outputs, inputs), inputs, _weights.Read($"{name}.bias", outputs).ToArray());

    private string Pointwise(string x, ReadOnlySpan<float> weights, int inputs, float[]? biases) =>
        Convolve(x, weights, inputs, biases, 1, 1, 1);

    private string Convolve(
        string x, ReadOnlySpan<float> weights, int inputs, float[]? biases, int kernel, int stride, int dilation)
    {
        long pad = dilation * (kernel / 2);
        var outputs = weights.Length / (inputs * kernel);
        string[] constants = [
            _graph.Constant(weights, _asPicture ? [outputs, inputs, 1, kernel] : [outputs, inputs, kernel]),
            .. biases is null ? Array.Empty<string>() : [_graph.Constant(biases, outputs)],
        ];
        return _asPicture
            ? _graph.Node(
                "Conv", [x, .. constants], ("kernel_shape", [1, kernel]), ("strides", [1, stride]),
                ("dilations", [1, dilation]), ("pads", [0, pad, 0, pad]))
            : _graph.Node(
                "Conv", [x, .. constants], ("kernel_shape", [kernel]), ("strides", [stride]),
                ("dilations", [dilation]), ("pads", [pad, pad]));
    }

    private string Mean(string x) => _graph.Node("GlobalAveragePool", [x]);

    private string Sum(string x) => _graph.Node("ReduceSum", [x, _graph.Constant(Time)], ("keepdims", [1]));

    private string Deviation(string meanOfSquares, string mean)
    {
        var variance = _graph.Node("Sub", [meanOfSquares, _graph.Node("Mul", [mean, mean])]);
        return _graph.Node("Sqrt", [_graph.Node("Max", [variance, _graph.Scalar(SmallestVariance)])]);
    }
}
