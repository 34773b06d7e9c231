using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Exchange.Onnx;

namespace Speaker.Training.Exchange;

/// <summary>A branch of a ResNet as ONNX operators, for any number of utterances of one length.</summary>
internal sealed class ResNetGraph
{
    private const int Float = 1;
    private const float VarianceOffset = 1e-7f;

    /// <summary>What is left, in a shape.</summary>
    private const long Rest = -1;

    private readonly OnnxGraph _graph;
    private readonly EncoderSpecification _specification;
    private readonly WeightReader _weights;

    private ResNetGraph(OnnxGraph graph, EncoderSpecification specification, WeightReader weights)
    {
        _graph = graph;
        _specification = specification;
        _weights = weights;
    }

    /// <summary>Adds a ResNet.</summary>
    /// <param name="graph">That it is added to.</param>
    /// <param name="specification">Of the ResNet.</param>
    /// <param name="weights">Of the ResNet.</param>
    /// <param name="picture">[B, 1, bands, T]: log mel bands.</param>
    /// <returns>[B, D], of unit length.</returns>
    public static string Append(
        OnnxGraph graph, EncoderSpecification specification, WeightReader weights, string picture) =>
        graph.JoinBranches(Enumerable.Range(0, specification.Branches).Select(
            i => new ResNetGraph(graph, specification, weights.Within($"branches.{i}.")).Branch(picture)));

    private string Branch(string picture)
    {
        var (channels, bands) = (_specification.Width, _specification.Coefficients);
        var x = _graph.Relu(Convolve(picture, "stem", 1, channels, 3, 1));
        for (var stage = 0; stage < _specification.BlocksOfStages.Count; stage++)
        {
            for (var index = 0; index < _specification.BlocksOfStages[stage]; index++)
            {
                var block = $"stages.{stage}.{index}.";
                var (outputs, stride) = (_specification.Width << stage, stage > 0 && index == 0 ? 2 : 1);
                var h = _graph.Relu(Convolve(x, $"{block}conv1", channels, outputs, 3, stride));
                h = Convolve(h, $"{block}conv2", outputs, outputs, 3, 1);
                x = stride > 1 ? Convolve(x, $"{block}shortcut", channels, outputs, 1, stride) : x;
                x = _graph.Relu(_graph.Node("Add", [h, x]));
                (channels, bands) = (outputs, (bands + stride - 1) / stride);
            }
        }

        var numbers = channels * bands;
        return _graph.ToUnitLength(_graph.Linear(
            _weights, "embedding", Pool(x, numbers), 2 * numbers, _specification.BranchDimension));
    }

    /// <summary>Mean and standard deviation (unbiased) over time, [B, 2 numbers].</summary>
    private string Pool(string x, int numbers)
    {
        x = _graph.Node("Reshape", [x, _graph.Constant(0, numbers, Rest)]);
        var mean = Mean(x);
        var deviation = _graph.Node("Sub", [x, mean]);
        var biased = Mean(_graph.Node("Mul", [deviation, deviation]));
        var extent = _graph.Node("Gather", [_graph.Node("Shape", [x]), _graph.Constant(2L)]);
        var frames = _graph.Node("Cast", [extent], ("to", [Float]));
        var one = _graph.Scalar(1);
        var others = _graph.Node("Max", [_graph.Node("Sub", [frames, one]), one]);
        var variance = _graph.Node("Mul", [biased, _graph.Node("Div", [frames, others])]);
        var root = _graph.Node("Sqrt", [_graph.Node("Add", [variance, _graph.Scalar(VarianceOffset)])]);
        return _graph.Node("Flatten", [_graph.Node("Concat", [mean, root], ("axis", [1]))], ("axis", [1]));
    }

    private string Mean(string x) => _graph.Node("ReduceMean", [x], ("axes", [2]), ("keepdims", [1]));

    private string Convolve(string x, string name, int inputs, int outputs, int kernel, long stride)
    {
        long pad = kernel / 2;
        return _graph.Node(
            "Conv",
            [
                x,
                _graph.Constant(
                    _weights.Read($"{name}.weight", outputs, inputs, kernel, kernel), outputs, inputs, kernel, kernel),
                _graph.Constant(_weights.Read($"{name}.bias", outputs), outputs),
            ],
            ("kernel_shape", [kernel, kernel]), ("strides", [stride, stride]), ("pads", [pad, pad, pad, pad]));
    }
}
