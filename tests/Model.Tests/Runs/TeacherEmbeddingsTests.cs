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

    [Fact]
    public void Of_InBatches_IsWhatTheModelMakesOfEach()
    {
        using var network = new TeacherNetwork(
            _folder.File("teacher.safetensors"), _teacher.Card, TrainingDevice.Of(TrainingDevice.Cpu));

        var rows = TeacherEmbeddings.Of(
            _bank, _folder.File("batches"), _teacher, 2, TimeProvider.System, null, network);

        var expected = Compute(null);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], rows[i], 2e-3);
        }
    }

    [Fact]
    public void Groups_OfLengths_HoldEachOnceAndLittlePadding()
    {
        int[] frames = [0, 300, 20_000, 30_000, 25, 39_999, 10_000, 50_000];

        var groups = TeacherNetwork.Groups([.. Enumerable.Range(0, frames.Length)], entry => frames[entry]);

        Assert.Equal(Enumerable.Range(0, frames.Length), groups.SelectMany(group => group).Order());
        Assert.All(groups, group => Assert.True(
            group.Length == 1 || group.Length * group.Max(entry => frames[entry]) <= 40_000));
    }

    private float[] Compute(IProgress<TeacherProgress>? progress) => TeacherEmbeddings.Of(
        _bank, _folder.File("features"), _teacher, 2, TimeProvider.System, progress);

    private sealed class Recorder : IProgress<TeacherProgress>
    {
        public List<TeacherProgress> All { get; } = [];

        public void Report(TeacherProgress value) => All.Add(value);
    }
}
