using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Speaker.Audio.Features;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Exchange;
using Speaker.Training.Network;
using Speaker.Training.Tests.Network;
using TorchSharp;

namespace Speaker.Training.Tests.Exchange;

public sealed class ResNetImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TeacherFact]
    public void Import_PublicResNet_GivesItsFeaturesAndItsEmbedding()
    {
        var check = Safetensors.Read(Path.Combine(TeacherFactAttribute.Folder!, "check.safetensors"));
        var path = _folder.File("resnet34.safetensors");
        var card = ResNetImport.Import(Path.Combine(TeacherFactAttribute.Folder!, "resnet34.safetensors"), path);

        var features = new FrontEnd(card.FrontEnd).Compute(Values(check["samples"]));
        FrontEnd.Normalise(features, card.FrontEnd.Normalisation);

        var expected = Values(check["features"]);
        var bands = ToBands(features);
        Assert.Equal(expected.Length, bands.Length);
        for (var i = 0; i < bands.Length; i++)
        {
            Assert.Equal(expected[i], bands[i], 1e-3f);
        }

        var embedding = new EncoderNetwork(card.Encoder, Safetensors.Read(path), path)
            .Embed(features.Values, features.Frames);
        AssertSameDirection(Values(check["embedding"]), embedding);
        using var trained = new Encoder(card.Encoder);
        TensorFile.ReadInto(path, trained.state_dict());
        trained.eval();
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        var forward = trained.call(EncoderFixtures.ToTensor(features), torch.tensor(new[] { (long)features.Frames }))
            .data<float>().ToArray();
        AssertSameDirection(Values(check["embedding"]), forward);
        AssertSameDirection(forward, embedding);
    }

    [Fact]
    public void Import_WeightsInHalfPrecision_MakesAModelThatKnowsItsSource()
    {
        var (file, weights) = Write(_ => { });
        var path = _folder.File("models", "m.safetensors");

        var card = ResNetImport.Import(file, path);

        Assert.Equal(
            new WeightsOrigin("somebody", "CC BY 4.0", "the tensors were renamed, no value was changed"),
            Assert.Single(card.Origins!));
        Assert.Equal([1, 2], card.Encoder.StageBlocks!);
        Assert.Equal((5, 12), (card.Encoder.Width, card.Encoder.Dimension));
        Assert.Contains("CC BY 4.0", File.ReadAllText(_folder.File("models", "m.md")), StringComparison.Ordinal);
        var encoder = VoiceEncoder.Load(path);
        Assert.Equal(12, encoder.Embed(RandomEncoder.Features(1, 40, 80)).Length);
        Assert.Equal(
            weights["stage2.block1.conv2.weight"].Bytes.ToArray(),
            Safetensors.Read(path)["branches.0.stages.1.1.conv2.weight"].Bytes.ToArray());
    }

    [Fact]
    public void Import_NotAResNet_SaysWhatIsMissing()
    {
        Assert.Contains("stem.weight", Fault(w => w.Remove("stem.weight")), StringComparison.Ordinal);
        Assert.Contains(
            "stages.1.1.conv2.bias", Fault(w => w.Remove("stage2.block1.conv2.bias")), StringComparison.Ordinal);
        Assert.Contains("'branches.0.more'", Fault(w => w["more"] = w["stem.bias"]), StringComparison.Ordinal);
    }

    private string Fault(Action<Dictionary<string, StoredTensor>> change) => Assert.Throws<ModelException>(
        () => ResNetImport.Import(Write(change).File, _folder.File("n.safetensors"))).Message;

    /// <summary>A small ResNet's file as others name its tensors.</summary>
    private (string File, Dictionary<string, StoredTensor> Weights) Write(
        Action<Dictionary<string, StoredTensor>> change)
    {
        var specification = RandomEncoder.SmallResNet with { Coefficients = 80 };
        var weights = RandomEncoder.Weights(specification).ToDictionary(
            pair => Renamed(pair.Key), pair => Halved(pair.Value), StringComparer.Ordinal);
        change(weights);
        var file = _folder.File("theirs.safetensors");
        Safetensors.Write(
            file, weights, new Dictionary<string, string> { ["source"] = "somebody", ["licence"] = "CC BY 4.0" });
        return (file, weights);
    }

    private static string Renamed(string name)
    {
        var parts = name["branches.0.".Length..].Split('.');
        return parts[0] != "stages" ? string.Join('.', parts) : string.Create(
            CultureInfo.InvariantCulture,
            $"stage{int.Parse(parts[1], CultureInfo.InvariantCulture) + 1}.block{parts[2]}.{parts[3]}.{parts[4]}");
    }

    private static StoredTensor Halved(StoredTensor tensor)
    {
        if (tensor.Shape.Length == 1)
        {
            return tensor;
        }

        var halves = Array.ConvertAll(Values(tensor), value => (Half)value);
        return new StoredTensor(TensorType.Float16, tensor.Shape, MemoryMarshal.AsBytes(halves.AsSpan()).ToArray());
    }

    private static void AssertSameDirection(float[] expected, float[] actual) =>
        Assert.InRange(TensorPrimitives.CosineSimilarity<float>(expected, actual), 0.99999f, 1.00001f);

    private static float[] Values(StoredTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Bytes.Span).ToArray();

    private static float[] ToBands(FeatureMatrix cepstra)
    {
        var n = cepstra.Coefficients;
        var bands = new float[cepstra.Values.Length];
        for (var i = 0; i < bands.Length; i++)
        {
            var row = cepstra.Row(i / n);
            double sum = 0;
            for (var k = 0; k < n; k++)
            {
                sum += row[k] * Math.Sqrt((k == 0 ? 1.0 : 2.0) / n) * Math.Cos(Math.PI * k * ((i % n) + 0.5) / n);
            }

            bands[i] = (float)sum;
        }

        return bands;
    }
}
