using System.Runtime.InteropServices;
using Speaker.Corpora;
using Speaker.Models;
using Speaker.Training.Runs;

namespace Speaker.Training.Tests.Runs;

/// <summary>A file of embeddings beside a corpus of three recordings in four rows and a folder of two without
/// speakers.</summary>
public sealed class TeacherFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;
    private readonly string _unlabelled;
    private readonly CorpusUtterance[] _utterances;

    public TeacherFileTests()
    {
        _path = _folder.File("other.safetensors");
        _unlabelled = _folder.File("calls");
        Write("speech", "speaker,path", "ann,2.wav", "bob,1.wav", "ann,./2.wav", "ann,3.wav");
        Write("calls", "path", "b.wav", "a.wav");
        _utterances =
        [
            .. Corpus.Load(_folder.File("speech"), new CorpusOptions { DevFraction = 0 }).Utterances.Reverse(),
            .. Corpus.LoadUnlabelled(_unlabelled),
        ];
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_RowsOfTheManifests_AreThoseOfTheirRecordings()
    {
        Save(("embedding", [4, 2], [1, 2, 3, 4, 5, 6, 7, float.NaN]), ("unlabelled", [2, 2], [9, 10, 0, 0]));

        var taught = Read(1);

        Assert.Equal((2, 1), (taught.Dimension, taught.Speeds));
        // 3.wav, whose row is no numbers, 1.wav, 2.wav by its first row; then b.wav and a.wav.
        Assert.Equal([0, 0, 3, 4, 1, 2, 9, 10, 0, 0], taught.Rows);
    }

    [Theory]
    [InlineData(3, 2, "is [3, 2], must be [4, D], a row for each row of")]
    [InlineData(4, 3, "has embeddings of 2 numbers, must be 3")]
    public void Read_OfAnotherManifest_SaysWhatIsNeeded(int rows, int dimension, string expected)
    {
        Save(("embedding", [rows, dimension], new float[rows * dimension]), ("unlabelled", [2, 2], new float[4]));

        var message = Assert.Throws<ModelException>(() => Read(1)).Message;

        Assert.Contains($"the teacher {_path} {expected}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WithoutWhatIsNeeded_SaysWhatToDo()
    {
        Save(("embedding", [4, 2], new float[8]));
        Assert.Contains(
            "no tensor 'unlabelled' with a row for each of the 2 rows",
            Assert.Throws<ModelException>(() => Read(1)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "--set bank.speeds=[1]", Assert.Throws<ModelException>(() => Read(3)).Message, StringComparison.Ordinal);
        File.Delete(_folder.File("speech", "manifest.csv"));
        Assert.Contains(
            "There is no " + _folder.File("speech", "manifest.csv"),
            Assert.Throws<ModelException>(() => Read(1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IsOne_FileWithoutACard_Only()
    {
        Assert.False(TeacherFile.IsOne(_path));
        Save(("embedding", [4, 2], new float[8]));
        Assert.True(TeacherFile.IsOne(_path));
        File.WriteAllText(_folder.File("other.json"), "{}");
        Assert.False(TeacherFile.IsOne(_path));
    }

    private BankEmbeddings Read(int speeds) =>
        TeacherFile.Read(_path, _utterances, _folder.File("speech"), [_unlabelled], speeds);

    private void Save(params (string Name, long[] Shape, float[] Values)[] tensors) => Safetensors.Write(
        _path, tensors.ToDictionary(tensor => tensor.Name, tensor => new StoredTensor(
            TensorType.Float32, tensor.Shape, MemoryMarshal.AsBytes<float>(tensor.Values).ToArray())));

    private void Write(string folder, params string[] lines)
    {
        Directory.CreateDirectory(_folder.File(folder));
        foreach (var line in lines.Skip(1))
        {
            File.WriteAllText(_folder.File(folder, line.Split(',')[^1]), "");
        }

        File.WriteAllLines(_folder.File(folder, "manifest.csv"), lines);
    }
}
