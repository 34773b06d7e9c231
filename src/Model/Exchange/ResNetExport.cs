using System.Globalization;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Exchange.Onnx;

namespace Speaker.Training.Exchange;

/// <summary>
/// A ResNet as an ONNX model that takes what the clients of WeSpeaker and sherpa-onnx give: "feats" [B, T, bands], log
/// mel bands by Kaldi's conventions with the utterance's mean taken out of each, to "embs" [B, D] of unit length.
/// </summary>
internal sealed class ResNetExport
{
    private const string Input = "feats";
    private const string Embedding = "embs";
    private const int Float = 1;
    private const float VarianceOffset = 1e-7f;

    /// <summary>An extent that is not fixed.</summary>
    private const long Free = -1;

    private readonly OnnxGraph _graph = new();
    private readonly EncoderSpecification _specification;
    private readonly WeightReader _weights;

    private ResNetExport(EncoderSpecification specification, WeightReader weights)
    {
        _specification = specification;
        _weights = weights;
    }

    /// <summary>Writes the model file.</summary>
    /// <param name="weightsPath">NAME.safetensors of a ResNet, with its card.</param>
    /// <param name="path">Of the file.</param>
    /// <exception cref="ModelException">A file cannot be read or written, or the model is not a ResNet.</exception>
    public static void Export(string weightsPath, string path)
    {
        var card = ModelFiles.ReadCard(weightsPath);
        if (card.Encoder.Architecture != EncoderArchitecture.ResNet34)
        {
            throw new ModelException(
                $"the model {card.Name} is a TDNN, whose cepstra other programs do not compute; export takes a ResNet, "
                + "whose input is log mel bands");
        }

        var encoder = new ResNetExport(card.Encoder, new WeightReader(Safetensors.Read(weightsPath), weightsPath));
        var model = encoder.Build(card);
        AtomicFile.Write(path, stream => stream.Write(model));
    }

    private byte[] Build(ModelCard card)
    {
        // [B, T, F] to [B, 1, F, T].
        var picture = _graph.Node(
            "Unsqueeze", [_graph.Node("Transpose", [Input], ("perm", [0, 2, 1])), _graph.Constant(1L)]);
        var parts = Enumerable.Range(0, _specification.Branches)
            .Select(index => Branch(picture, $"branches.{index}.")).ToArray();
        var joined = parts.Length == 1 ? parts[0] : _graph.Node("Concat", parts, ("axis", [1]));
        _graph.Output("Mul", [joined, Scalar(1 / MathF.Sqrt(parts.Length))], Embedding);
        return _graph.ToModel(
            (Input, [Free, Free, _specification.Coefficients]), (Embedding, [Free, _specification.Dimension]),
            Metadata(card));
    }

    /// <summary>What sherpa-onnx reads, and whose the weights are.</summary>
    private static Dictionary<string, string> Metadata(ModelCard card)
    {
        var origins = card.Origins ?? [];
        return new Dictionary<string, string>
        {
            ["framework"] = "wespeaker",
            ["language"] = "English",
            ["url"] = "",
            ["comment"] = string.Join(
                "; ", origins.Select(origin => $"{origin.Source}, {origin.Changes}").Prepend(card.Name)),
            ["license"] = string.Join("; ", origins.Select(origin => origin.Licence)),
            ["sample_rate"] = card.FrontEnd.SampleRate.ToString(CultureInfo.InvariantCulture),
            ["output_dim"] = card.Encoder.Dimension.ToString(CultureInfo.InvariantCulture),
            // Samples of 16 bits, not brought to 1.
            ["normalize_samples"] = "0",
            ["feature_normalize_type"] = "global-mean",
        };
    }

    private string Branch(string picture, string branch)
    {
        var (channels, bands) = (_specification.Width, _specification.Coefficients);
        var x = Relu(Convolve(picture, $"{branch}stem", 1, channels, 3, 1));
        for (var stage = 0; stage < _specification.BlocksOfStages.Count; stage++)
        {
            for (var index = 0; index < _specification.BlocksOfStages[stage]; index++)
            {
                var block = $"{branch}stages.{stage}.{index}.";
                var (outputs, stride) = (_specification.Width << stage, stage > 0 && index == 0 ? 2 : 1);
                var h = Relu(Convolve(x, $"{block}conv1", channels, outputs, 3, stride));
                h = Convolve(h, $"{block}conv2", outputs, outputs, 3, 1);
                x = stride > 1 ? Convolve(x, $"{block}shortcut", channels, outputs, 1, stride) : x;
                x = Relu(_graph.Node("Add", [h, x]));
                (channels, bands) = (outputs, (bands + stride - 1) / stride);
            }
        }

        var pooled = Pool(x, channels * bands);
        var dimension = _specification.BranchDimension;
        var projected = _graph.Node(
            "Gemm",
            [
                pooled,
                _graph.Constant(
                    _weights.Read($"{branch}embedding.weight", dimension, 2 * channels * bands),
                    dimension, 2 * channels * bands),
                _graph.Constant(_weights.Read($"{branch}embedding.bias", dimension), dimension),
            ],
            ("transB", [1]));
        return _graph.Node("Div", [projected, _graph.Node("ReduceL2", [projected], ("axes", [1]), ("keepdims", [1]))]);
    }

    /// <summary>Mean and standard deviation (unbiased) over time, [B, 2 numbers].</summary>
    private string Pool(string x, int numbers)
    {
        x = _graph.Node("Reshape", [x, _graph.Constant(0, numbers, Free)]);
        var mean = Mean(x);
        var deviation = _graph.Node("Sub", [x, mean]);
        var biased = Mean(_graph.Node("Mul", [deviation, deviation]));
        var extent = _graph.Node("Gather", [_graph.Node("Shape", [x]), _graph.Constant(2L)]);
        var frames = _graph.Node("Cast", [extent], ("to", [Float]));
        var others = _graph.Node("Max", [_graph.Node("Sub", [frames, Scalar(1)]), Scalar(1)]);
        var variance = _graph.Node("Mul", [biased, _graph.Node("Div", [frames, others])]);
        var root = _graph.Node("Sqrt", [_graph.Node("Add", [variance, Scalar(VarianceOffset)])]);
        return _graph.Node(
            "Reshape",
            [_graph.Node("Concat", [mean, root], ("axis", [1])), _graph.Constant(0, 2 * numbers)]);
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

    private string Relu(string x) => _graph.Node("Relu", [x]);

    private string Scalar(float value) => _graph.Constant([value], []);
}
