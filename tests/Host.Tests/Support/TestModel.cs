using Speaker.Audio.Features;
using Speaker.Calibration;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Network;
using TorchSharp;

namespace Speaker.Host.Tests.Support;

/// <summary>
/// A small encoder with random weights: the contracts of the application do not depend on how well voices are told
/// apart.
/// The same seed gives the same weights; two seeds give two models.
/// </summary>
public sealed class TestModel : IDisposable
{
    /// <summary>A rate whose threshold nothing but the same recording meets.</summary>
    public const double StrictFar = 0.001;

    private readonly TestFolder _folder = new();

    public TestModel()
    {
        Path = Save(_folder.File("first.safetensors"), 1);
        OtherPath = Save(_folder.File("second.safetensors"), 2);
        Hash = HashOf(Path);
        OtherHash = HashOf(OtherPath);
    }

    public string Path { get; }

    public string Hash { get; }

    public string OtherPath { get; }

    public string OtherHash { get; }

    public static string Save(string path, int seed)
    {
        torch.random.manual_seed(seed);
        var specification = new EncoderSpecification
        {
            Width = 16,
            Dilations = [1, 2],
            AggregateWidth = 24,
            AttentionWidth = 8,
            Dimension = 16,
        };
        using var encoder = new Encoder(specification);
        ModelFiles.Save(path, encoder, new ModelCard
        {
            Name = $"random {seed}",
            FrontEnd = new FrontEndSpecification(),
            Encoder = specification,
            Calibration =
            [
                new CalibrationPoint(StrictFar, 1e-6f, 10_000), new CalibrationPoint(0.01, 1.5f, 10_000),
                new CalibrationPoint(0.05, 2f, 10_000),
            ],
        });
        return path;
    }

    public void Dispose() => _folder.Dispose();

    private static string HashOf(string path)
    {
        using var encoder = VoiceEncoder.Load(path);
        return encoder.Hash;
    }
}

/// <summary>Tests that share one <see cref="TestModel"/>.</summary>
[CollectionDefinition(Name)]
public sealed class TestModelTests : ICollectionFixture<TestModel>
{
    public const string Name = "test model";
}
