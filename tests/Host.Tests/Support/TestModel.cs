using Speaker.Calibration;
using Speaker.Inference;
using Speaker.Models;

namespace Speaker.Host.Tests.Support;

/// <summary>
/// A small encoder with random weights: the contracts of the application do not depend on how well voices are told
/// apart. The same seed gives the same weights; two seeds give two models.
/// </summary>
public sealed class TestModel : IDisposable
{
    /// <summary>A rate whose threshold nothing but the same recording meets.</summary>
    public const double StrictFar = 0.001;

    private readonly TemporaryFolder _folder = new();

    public TestModel()
    {
        Path = Save(_folder.File("first.safetensors"), 1);
        OtherPath = Save(_folder.File("second.safetensors"), 2);
        Hash = VoiceEncoder.Load(Path).Hash;
        OtherHash = VoiceEncoder.Load(OtherPath).Hash;
    }

    public string Path { get; }

    public string Hash { get; }

    public string OtherPath { get; }

    public string OtherHash { get; }

    public static string Save(string path, int seed)
    {
        var specification = new EncoderSpecification
        {
            Width = 16,
            Dilations = [1, 2],
            AggregateWidth = 24,
            AttentionWidth = 8,
            Dimension = 16,
        };
        return RandomEncoder.Save(path, RandomEncoder.Card(specification) with
        {
            Name = $"random {seed}",
            Calibration =
            [
                new CalibrationPoint(StrictFar, 1e-6f, 10_000), new CalibrationPoint(0.01, 1.5f, 10_000),
                new CalibrationPoint(0.05, 2f, 10_000),
            ],
        }, seed);
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>Tests that share one <see cref="TestModel"/>.</summary>
[CollectionDefinition(Name)]
public sealed class TestModelTests : ICollectionFixture<TestModel>
{
    public const string Name = "test model";
}
