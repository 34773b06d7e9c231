using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Exchange.Onnx;

namespace Speaker.Bench.Onnx;

/// <summary>
/// The encoder as an ONNX model for one length: the same weights, batch normalisations folded as an exporter would, and
/// the layout that ONNX Runtime is fast at, [1, C, 1, T] or [1, C, T].
/// </summary>
internal sealed class OnnxEncoder
{
    private const float SmallestVariance = 1e-5f;

    private readonly OnnxGraph _graph = new();
    private readonly EncoderSpecification _specification;
    private readonly WeightReader _weights;
    private readonly bool _asPicture;

    private OnnxEncoder(EncoderSpecification specification, WeightReader weights, bool asPicture)
    {
        _specification = specification;
        _weights = weights;
        _asPicture = asPicture;
    }

    private long Time => _asPicture ? 3 : 2;

    /// <param name="specification">Of the network.</param>
    /// <param name="weights">By name.</param>
    /// <param name="frames">Of the input.</param>
    /// <param name="asPicture">Whether time is the width of a picture one high.</param>
    /// <returns>The model file: input "features", output "embedding".</returns>
    public static byte[] Write(
        EncoderSpecification specification, IReadOnlyDictionary<string, StoredTensor> weights, int frames,
        bool asPicture)
    {
        var encoder = new OnnxEncoder(specification, new WeightReader(weights, "the model"), asPicture);
        var parts = Enumerable.Range(0, specification.Branches).Select(encoder.Branch).ToArray();
        var joined = parts.Length == 1 ? parts[0] : encoder._graph.Node("Concat", parts, ("axis", [1]));
        var scaled = encoder._graph.Node("Mul", [joined, encoder.Scalar(1 / MathF.Sqrt(parts.Length))]);
        return encoder._graph.ToModel(
            ("features", encoder.Shape(specification.Coefficients, frames)),
            (scaled, encoder.Shape(specification.Dimension, 1)));
    }

    private string Branch(int index)
    {
        var s = _specification;
        var branch = $"branches.{index}.";
        var x = Relu(Convolve("features", $"{branch}entry", s.Coefficients, s.Width, s.EntryKernel, s.EntryStride, 1));
        var outputs = new string[s.Dilations.Count];
        for (var i = 0; i < outputs.Length; i++)
        {
            var block = $"{branch}blocks.{i}.";
            var h = Relu(Convolve(x, $"{block}dilated", s.Width, s.Width, 3, 1, s.Dilations[i]));
            h = Convolve(h, $"{block}convolution", s.Width, s.Width, 3, 1, 1);
            var hidden = Math.Max(1, s.Width / 4);
            var gate = Relu(Affine(Mean(h), $"{block}excitation.squeeze", s.Width, hidden));
            gate = _graph.Node("Sigmoid", [Affine(gate, $"{block}excitation.excite", hidden, s.Width)]);
            outputs[i] = x = Relu(_graph.Node("Add", [_graph.Node("Mul", [h, gate]), x]));
        }

        var gathered = s.Width * outputs.Length;
        x = outputs.Length == 1 ? x : _graph.Node("Concat", outputs, ("axis", [1]));
        x = Relu(Pointwise(
            x, _weights.Read($"{branch}aggregate.weight", s.AggregateWidth, gathered, 1), gathered, null));
        return Project(Pool(x, $"{branch}pooling."), branch);
    }

    private string Pool(string x, string name)
    {
        var (channels, hidden) = (_specification.AggregateWidth, _specification.AttentionWidth);
        var squares = _graph.Node("Mul", [x, x]);
        var mean = Mean(x);
        var statistics = _graph.Node("Concat", [mean, Deviation(Mean(squares), mean)], ("axis", [1]));
        var context = Affine(statistics, $"{name}context", 2 * channels, hidden);
        var frame = Pointwise(x, _weights.Read($"{name}frame.weight", hidden, channels, 1), channels, null);
        var units = _graph.Node("Tanh", [_graph.Node("Add", [frame, context])]);
        var scores = Pointwise(units, _weights.Read($"{name}score.weight", channels, hidden, 1), hidden, null);
        var attention = _graph.Node("Softmax", [scores], ("axis", [Time]));
        var pooled = Sum(_graph.Node("Mul", [x, attention]));
        var deviation = Deviation(Sum(_graph.Node("Mul", [squares, attention])), pooled);
        return _graph.Node("Concat", [pooled, deviation], ("axis", [1]));
    }

    private string Project(string pooled, string branch)
    {
        var (inputs, outputs) = (2 * _specification.AggregateWidth, _specification.BranchDimension);
        var before = new BatchNorm(_weights, $"{branch}poolingNorm", inputs);
        var after = new BatchNorm(_weights, $"{branch}projectionNorm", outputs);
        var stored = _weights.Read($"{branch}projection.weight", outputs, inputs);
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
        return _graph.Node("Div", [projected, _graph.Node("ReduceL2", [projected], ("axes", [1]), ("keepdims", [1]))]);
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

    private string Relu(string x) => _graph.Node("Relu", [x]);

    private string Mean(string x) => _graph.Node("GlobalAveragePool", [x]);

    private string Sum(string x) => _graph.Node("ReduceSum", [x, _graph.Constant(Time)], ("keepdims", [1]));

    private string Deviation(string meanOfSquares, string mean)
    {
        var variance = _graph.Node("Sub", [meanOfSquares, _graph.Node("Mul", [mean, mean])]);
        return _graph.Node("Sqrt", [_graph.Node("Max", [variance, Scalar(SmallestVariance)])]);
    }

    private string Scalar(float value) => _graph.Constant([value], []);

    private long[] Shape(int channels, int frames) => _asPicture ? [1, channels, 1, frames] : [1, channels, frames];
}
