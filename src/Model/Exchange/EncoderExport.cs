using System.Globalization;
using Speaker.Audio.Features;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Exchange.Onnx;

namespace Speaker.Training.Exchange;

/// <summary>
/// An encoder as an ONNX model that takes what the clients of WeSpeaker and sherpa-onnx give: "feats" [B, T, bands],
/// log mel bands by Kaldi's conventions with the utterance's mean taken out of each, to "embs" [B, D] of unit length.
/// </summary>
internal sealed class EncoderExport
{
    private const string Input = "feats";
    private const string Embedding = "embs";

    /// <summary>An extent that is not fixed.</summary>
    private const long Free = -1;

    private readonly OnnxGraph _graph = new();

    private EncoderExport()
    {
    }

    /// <summary>Writes the model file.</summary>
    /// <param name="weightsPath">NAME.safetensors, with its card.</param>
    /// <param name="path">Of the file.</param>
    /// <exception cref="ModelException">A file cannot be read or written, or the model's features cannot be computed of
    /// log mel bands.</exception>
    public static void Export(string weightsPath, string path)
    {
        var card = ModelFiles.ReadCard(weightsPath);
        RequireAllBands(card);
        var weights = new WeightReader(Safetensors.Read(weightsPath), weightsPath);
        var model = new EncoderExport().Build(card, weights);
        weights.RequireAllRead();
        AtomicFile.Write(path, stream => stream.Write(model));
    }

    /// <summary>The cosine transform is undone, or done, where nothing else lies between bands and features.</summary>
    private static void RequireAllBands(ModelCard card)
    {
        var frontEnd = card.FrontEnd;
        var hindrances = new List<string>();
        if (frontEnd.Cepstra != frontEnd.MelBands)
        {
            hindrances.Add($"{frontEnd.Cepstra} cepstra of {frontEnd.MelBands} mel bands");
        }

        if (!frontEnd.KaldiFrames)
        {
            hindrances.Add("kaldiFrames off");
        }

        if (frontEnd.LifterSize > 0)
        {
            hindrances.Add($"a lifter of {frontEnd.LifterSize}");
        }

        if (frontEnd.Normalisation != FeatureNormalisation.Mean)
        {
            hindrances.Add($"the normalisation {frontEnd.Normalisation}");
        }

        if (hindrances.Count > 0)
        {
            throw new ModelException(
                $"the model {card.Name} cannot be exported: its front end has {string.Join(", ", hindrances)}, and " +
                "other programs give Kaldi's log mel bands with their mean taken out; export a model with as many " +
                $"cepstra as mel bands, kaldiFrames on, no lifter and the normalisation {FeatureNormalisation.Mean}, " +
                "such as accurate");
        }
    }

    private byte[] Build(ModelCard card, WeightReader weights)
    {
        _graph.Name(Encoder(card.Encoder, weights), Embedding);
        return _graph.ToModel(
            (Input, [Free, Free, card.Encoder.Coefficients]), (Embedding, [Free, card.Encoder.Dimension]),
            Metadata(card));
    }

    /// <summary>[B, D], of unit length.</summary>
    private string Encoder(EncoderSpecification specification, WeightReader weights) =>
        specification.Architecture switch
        {
            EncoderArchitecture.ResNet34 => ResNetGraph.Append(_graph, specification, weights, Picture()),
            EncoderArchitecture.Joined => Join(specification, weights.Within("branches.0.")),
            _ => TdnnGraph.Append(
                _graph, specification, weights, Cepstra(specification.Coefficients), asPicture: false),
        };

    private string Join(EncoderSpecification specification, WeightReader weights)
    {
        var parts = specification.Parts!
            .Select((part, i) => Encoder(part, weights.Within($"parts.{i}."))).ToArray();
        return _graph.ToUnitLength(_graph.Linear(
            weights, "join", _graph.Node("Concat", parts, ("axis", [1])),
            specification.Parts!.Sum(part => part.Dimension), specification.Dimension));
    }

    /// <summary>[B, T, bands] to [B, 1, bands, T].</summary>
    private string Picture() => _graph.Node("Unsqueeze", [TimeLast(Input), _graph.Constant(1L)]);

    /// <summary>[B, T, bands] to [B, cepstra, T].</summary>
    private string Cepstra(int bands) => TimeLast(_graph.Node(
        "MatMul", [Input, _graph.Constant(CosineTransform.Transpose(bands), bands, bands)]));

    private string TimeLast(string x) => _graph.Node("Transpose", [x], ("perm", [0, 2, 1]));

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
}
