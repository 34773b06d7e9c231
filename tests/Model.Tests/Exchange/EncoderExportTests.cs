using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Speaker.Audio.Features;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Exchange;

namespace Speaker.Training.Tests.Exchange;

public sealed class EncoderExportTests : IDisposable
{
    private static readonly EncoderSpecification Tdnn = RandomEncoder.Small with { Coefficients = 9 };

    private static readonly Dictionary<string, EncoderSpecification> Specifications = new()
    {
        ["a ResNet"] = RandomEncoder.SmallResNet,
        ["two ResNets"] = RandomEncoder.SmallResNet with { Branches = 2 },
        ["a TDNN"] = Tdnn,
        ["two TDNNs"] = Tdnn with { Branches = 2 },
        ["joined"] = RandomEncoder.SmallJoined,
    };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Encoders => [.. Specifications.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Encoders))]
    public void Export_RandomWeights_GivesOursInOnnxRuntime(string encoder)
    {
        var specification = Specifications[encoder];
        var (path, file) = Save(specification);
        var network = new EncoderNetwork(specification, Safetensors.Read(path), path);

        EncoderExport.Export(path, file);

        using var session = new InferenceSession(file);
        foreach (var frames in new[] { 1, 8, 9, 90 })
        {
            var features = Normalised(frames, frames, specification.Coefficients);
            var actual = Run(session, ToBands(features, specification.Coefficients), 1, specification.Coefficients);
            AssertSameDirection(network.Embed(features, frames), actual);
            Assert.Equal(1, TensorPrimitives.Norm<float>(actual), 1e-5f);
            if (specification.Architecture == EncoderArchitecture.Tdnn)
            {
                AssertClose(network.Embed(features, frames), actual);
            }
        }

        var metadata = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal(
            ("wespeaker", "16000", $"{specification.Dimension}", "0", "global-mean"),
            (metadata["framework"], metadata["sample_rate"], metadata["output_dim"], metadata["normalize_samples"],
                metadata["feature_normalize_type"]));
        Assert.True(metadata.ContainsKey("language"));
    }

    [Theory]
    [MemberData(nameof(Encoders))]
    public void Export_RandomWeights_TwoUtterancesTogetherGiveWhatEachGivesAlone(string encoder)
    {
        var (path, file) = Save(Specifications[encoder]);
        var bands = Specifications[encoder].Coefficients;

        EncoderExport.Export(path, file);

        using var session = new InferenceSession(file);
        var (one, two) = (Normalised(1, 40, bands), Normalised(2, 40, bands));
        float[] alone = [.. Run(session, one, 1, bands), .. Run(session, two, 1, bands)];
        AssertClose(alone, Run(session, [.. one, .. two], 2, bands));
    }

    [TeacherFact]
    public void Export_PublicResNet_GivesItsEmbeddingInOnnxRuntime()
    {
        var folder = TeacherFactAttribute.Folder!;
        var check = Safetensors.Read(Path.Combine(folder, "check.safetensors"));
        var path = _folder.File("resnet34.safetensors");
        var card = ResNetImport.Import(Path.Combine(folder, "resnet34.safetensors"), path);
        var features = new FrontEnd(card.FrontEnd).Compute(Values(check["samples"]));
        FrontEnd.Normalise(features, card.FrontEnd.Normalisation);
        var file = _folder.File("resnet34.onnx");

        EncoderExport.Export(path, file);

        using var session = new InferenceSession(file);
        AssertSameDirection(
            new EncoderNetwork(card.Encoder, Safetensors.Read(path), path).Embed(features.Values, features.Frames),
            Run(session, ToBands(features.Values, 80), 1, 80));
        // What the teacher's own graph reads.
        AssertSameDirection(Values(check["embedding"]), Run(session, Values(check["features"]), 1, 80));
    }

    [Fact]
    public void Export_AFrontEndThatOtherProgramsDoNotHave_SaysWhy()
    {
        Assert.Contains(
            "6 cepstra of 80 mel bands", Fault(RandomEncoder.Card(RandomEncoder.Small)), StringComparison.Ordinal);
        var card = Card(Tdnn);
        Assert.Contains(
            "kaldiFrames off", Fault(card with { FrontEnd = card.FrontEnd with { KaldiFrames = false } }),
            StringComparison.Ordinal);
        Assert.Contains(
            "a lifter of 22", Fault(card with { FrontEnd = card.FrontEnd with { LifterSize = 22 } }),
            StringComparison.Ordinal);
        Assert.Contains(
            "normalisation None",
            Fault(card with { FrontEnd = card.FrontEnd with { Normalisation = FeatureNormalisation.None } }),
            StringComparison.Ordinal);
    }

    private string Fault(ModelCard card)
    {
        var path = RandomEncoder.Save(_folder.File("m.safetensors"), card);
        return Assert.Throws<ModelException>(() => EncoderExport.Export(path, _folder.File("m.onnx"))).Message;
    }

    private (string Weights, string File) Save(EncoderSpecification specification) =>
        (RandomEncoder.Save(_folder.File("m.safetensors"), Card(specification)), _folder.File("m.onnx"));

    private static ModelCard Card(EncoderSpecification specification) => RandomEncoder.Card(specification) with
    {
        FrontEnd = new FrontEndSpecification
        {
            Cepstra = specification.Coefficients, MelBands = specification.Coefficients, KaldiFrames = true,
        },
    };

    private static float[] Normalised(int seed, int frames, int coefficients)
    {
        var features = RandomEncoder.Features(seed, frames, coefficients);
        FrontEnd.Normalise(features, FeatureNormalisation.Mean);
        return features.Values;
    }

    /// <param name="session">Of the exported model.</param>
    /// <param name="bands">[utterances, T, count].</param>
    /// <param name="utterances">All of one length.</param>
    /// <param name="count">Of bands.</param>
    private static float[] Run(InferenceSession session, float[] bands, int utterances, int count)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(
            bands, [utterances, bands.Length / utterances / count, count]);
        using var options = new RunOptions();
        using var results = session.Run(options, ["feats"], [input], ["embs"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static float[] ToBands(float[] cepstra, int n) => [.. Enumerable.Range(0, cepstra.Length).Select(i =>
        (float)Enumerable.Range(0, n).Sum(k => cepstra[(i / n * n) + k] * Math.Sqrt((k == 0 ? 1.0 : 2.0) / n)
            * Math.Cos(Math.PI * k * ((i % n) + 0.5) / n)))];

    private static float[] Values(StoredTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Bytes.Span).ToArray();

    /// <summary>Our ResNet has its kernels in 16 bits.</summary>
    private static void AssertSameDirection(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(TensorPrimitives.CosineSimilarity<float>(expected, actual), 0.99999f, 1.00001f);
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-5f);
        }
    }
}
