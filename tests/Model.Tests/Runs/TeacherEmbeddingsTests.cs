using System.Runtime.InteropServices;
using Speaker.Audio.Features;
using Speaker.Corpora;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Runs;

namespace Speaker.Training.Tests.Runs;

public sealed class TeacherEmbeddingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FeatureBank _bank;
    private readonly VoiceEncoder _teacher;

    public TeacherEmbeddingsTests()
    {
        var specification = RandomEncoder.Small with
        {
            Coefficients = new FrontEndSpecification().Cepstra, Dimension = 8,
        };
        _teacher = VoiceEncoder.Load(
            RandomEncoder.Save(_folder.File("teacher.safetensors"), RandomEncoder.Card(specification)));
        SyntheticSpeech.WriteCorpus(_folder.File("speech"), "s", 2, 2, 1.5, 40);
        var corpus = Corpus.Load(_folder.File("speech"), new CorpusOptions { DevFraction = 0 });
        _bank = FeatureBank.Open(corpus.Utterances, new FrontEndSpecification(), new FeatureBankOptions
        {
            Folder = _folder.File("features"), Versions = 1, Speeds = [1, 0.9], Threads = 2,
        });
    }

    public void Dispose()
    {
        _bank.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Of_Recordings_IsWhatTheModelMakesOfEachAtEachSpeed()
    {
        var rows = Compute(null);
        for (var entry = 0; entry < 8; entry++)
        {
            var frames = _bank.Frames(0, entry / 2, entry % 2);
            var expected = _teacher.Embed(_bank.Matrix(0, entry / 2, entry % 2, frames));
            for (var i = 0; i < 8; i++)
            {
                // Half precision: eleven bits.
                Assert.Equal(expected[i], rows[(entry * 8) + i], 1e-3);
            }
        }
    }

    [Fact]
    public void Of_Again_EmbedsNothing()
    {
        var first = Compute(null);
        var progress = new Recorder();
        Assert.Equal(first, Compute(progress));
        Assert.Empty(progress.All);
    }

    [Fact]
    public void Of_RowsThatAreMissing_EmbedsThoseAndTakesTheOthersAsTheyAre()
    {
        var first = Compute(null);
        var path = TeacherEmbeddings.PathOf(_bank, _folder.File("features"), _teacher);
        var kept = Array.ConvertAll(first, value => (Half)value);
        Array.Fill(kept, Half.NaN, 3 * 8, 8);
        Array.Fill(kept, (Half)0.5, 5 * 8, 8);
        Safetensors.Write(path, new Dictionary<string, StoredTensor>
        {
            ["embedding"] = new(TensorType.Float16, [8, 8], MemoryMarshal.AsBytes<Half>(kept).ToArray()),
        });

        var progress = new Recorder();
        var second = Compute(progress);

        Assert.Equal(new TeacherProgress(1, 1), Assert.Single(progress.All));
        Assert.Equal(first[..(5 * 8)], second[..(5 * 8)]);
        Assert.All(second[(5 * 8)..(6 * 8)], value => Assert.Equal(0.5f, value));
    }

    private float[] Compute(IProgress<TeacherProgress>? progress) => TeacherEmbeddings.Of(
        _bank, _folder.File("features"), _teacher, 2, TimeProvider.System, progress);

    private sealed class Recorder : IProgress<TeacherProgress>
    {
        public List<TeacherProgress> All { get; } = [];

        public void Report(TeacherProgress value) => All.Add(value);
    }
}
