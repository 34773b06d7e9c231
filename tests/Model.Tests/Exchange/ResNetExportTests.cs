using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Speaker.Audio.Features;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Exchange;

namespace Speaker.Training.Tests.Exchange;

public sealed class ResNetExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Export_RandomWeights_GivesOursInOnnxRuntime(int branches)
    {
        var specification = RandomEncoder.SmallResNet with { Branches = branches };
        var path = RandomEncoder.Save(_folder.File("m.safetensors"), RandomEncoder.Card(specification));
        var network = new EncoderNetwork(specification, Safetensors.Read(path), path);
        var file = _folder.File("m.onnx");

        ResNetExport.Export(path, file);

        using var session = new InferenceSession(file);
        foreach (var frames in new[] { 1, 8, 9, 90 })
        {
            var features = RandomEncoder.Features(frames, frames, specification.Coefficients);
            FrontEnd.Normalise(features, FeatureNormalisation.Mean);
            AssertClose(
                network.Embed(features.Values, frames),
                Run(session, ToBands(features.Values, specification.Coefficients), specification.Coefficients));
        }

        var metadata = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal(
            ("wespeaker", "16000", "12", "0", "global-mean"),
            (metadata["framework"], metadata["sample_rate"], metadata["output_dim"], metadata["normalize_samples"],
                metadata["feature_normalize_type"]));
        Assert.True(metadata.ContainsKey("language"));
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

        ResNetExport.Export(path, file);

        using var session = new InferenceSession(file);
        AssertClose(
            new EncoderNetwork(card.Encoder, Safetensors.Read(path), path).Embed(features.Values, features.Frames),
            Run(session, ToBands(features.Values, 80), 80));
        // What the teacher's own graph reads.
        var ofTheirs = Run(session, Values(check["features"]), 80);
        var expected = Values(check["embedding"]);
        var length = TensorPrimitives.Norm<float>(expected);
        AssertClose([.. expected.Select(value => value / length)], ofTheirs);
    }

    [Fact]
    public void Export_ATdnn_SaysThatItCannot()
    {
        var path = RandomEncoder.Save(_folder.File("m.safetensors"), RandomEncoder.Card(RandomEncoder.Small));

        var error = Assert.Throws<ModelException>(() => ResNetExport.Export(path, _folder.File("m.onnx")));

        Assert.Contains("export takes a ResNet", error.Message, StringComparison.Ordinal);
    }

    private static float[] Run(InferenceSession session, float[] bands, int count)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(bands, [1, bands.Length / count, count]);
        using var options = new RunOptions();
        using var results = session.Run(options, ["feats"], [input], ["embs"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static float[] ToBands(float[] cepstra, int n) => [.. Enumerable.Range(0, cepstra.Length).Select(i =>
        (float)Enumerable.Range(0, n).Sum(k => cepstra[(i / n * n) + k] * Math.Sqrt((k == 0 ? 1.0 : 2.0) / n)
            * Math.Cos(Math.PI * k * ((i % n) + 0.5) / n)))];

    private static float[] Values(StoredTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Bytes.Span).ToArray();

    /// <summary>Ours has its kernels in 16 bits.</summary>
    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(TensorPrimitives.CosineSimilarity<float>(expected, actual), 0.99999f, 1.00001f);
    }
}
