using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Speaker.Audio.Features;
using Speaker.Calibration;
using Speaker.Inference;
using Speaker.Models;

namespace Speaker.Tests.Inference;

public sealed class VoiceEncoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Embed_SameFeatures_IsEqualBitForBitAcrossCallsAndLoads()
    {
        var path = Save("m.safetensors", RandomEncoder.Card(new EncoderSpecification()));
        var raw = RandomEncoder.Features(2, 317, 60);
        var voice = VoiceEncoder.Load(path);
        var first = voice.Embed(raw);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(first, voice.Embed(raw));
        }

        var again = VoiceEncoder.Load(path);
        Assert.Equal(first, again.Embed(raw));
    }

    [Fact]
    public void Embed_FromManyThreads_IsEqualBitForBit()
    {
        var voice = VoiceEncoder.Load(Save("m.safetensors"));
        var utterances = Enumerable.Range(0, 40).Select(i => RandomEncoder.Features(i, 20 + (i * 7), 6)).ToArray();
        var expected = utterances.Select(utterance => voice.Embed(utterance)).ToArray();
        var actual = new float[utterances.Length][];
        Parallel.For(0, utterances.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 },
            i => actual[i] = voice.Embed(utterances[i]));
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Embed_LongUtterance_IsTheFrameWeightedMeanOfItsPieces()
    {
        var voice = VoiceEncoder.Load(Save("m.safetensors"));
        // 60 s are 6,000 frames, so this is three pieces of 4,500, 4,501 and 4,501 frames.
        var raw = RandomEncoder.Features(4, 13_502, 6);
        var expected = new double[12];
        foreach (var (start, count) in new[] { (0, 4500), (4500, 4501), (9001, 4501) })
        {
            var piece = voice.Embed(raw.Slice(start, count));
            for (var d = 0; d < 12; d++)
            {
                expected[d] += piece[d] * (double)count;
            }
        }

        var length = Math.Sqrt(expected.Sum(v => v * v));
        var embedding = voice.Embed(raw);
        for (var d = 0; d < 12; d++)
        {
            Assert.Equal(expected[d] / length, embedding[d], 1e-5);
        }
    }

    [Fact]
    public void Embed_FeaturesOfAnotherFrontEnd_Refuses()
    {
        var voice = VoiceEncoder.Load(Save("m.safetensors"));
        Assert.Throws<ModelException>(() => voice.Embed(new FeatureMatrix(10, 7)));
        Assert.Throws<ModelException>(() => voice.Embed(new FeatureMatrix(0, 6)));
    }

    [Fact]
    public void Embed_WeightsThatAreNotFinite_SaysSo()
    {
        var card = RandomEncoder.Card(RandomEncoder.Small);
        var weights = RandomEncoder.Weights(card.Encoder);
        var entry = weights["branches.0.entry.weight"];
        var values = Enumerable.Repeat(float.NaN, entry.Bytes.Length / sizeof(float)).ToArray();
        weights["branches.0.entry.weight"] = entry with { Bytes = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };

        var path = _folder.File("m.safetensors");
        ModelFiles.Save(path, weights, card);
        var voice = VoiceEncoder.Load(path);
        var error = Assert.Throws<ModelException>(() => voice.Embed(new FeatureMatrix(10, 6)));
        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hash_ChangesWithWeightsFrontEndAndEncoderAndWithNothingElse()
    {
        var card = RandomEncoder.Card(RandomEncoder.Small);
        var path = Save("a.safetensors");
        var hash = HashOf(path);
        Assert.Matches("^[0-9a-f]{64}$", hash);
        Assert.Equal(hash, HashOf(Save("b.safetensors", card with { Name = "another" })));
        Assert.NotEqual(hash, HashOf(Save("c.safetensors", seed: 2)));
        Assert.NotEqual(hash, HashOf(Save(
            "d.safetensors", card with { FrontEnd = card.FrontEnd with { HopLength = 161 } })));
        var dilatedPath = Save("e.safetensors", card with { Encoder = card.Encoder with { Dilations = [1, 2] } });
        Assert.Equal(ModelFiles.ReadCard(path).Encoder.Width, ModelFiles.ReadCard(dilatedPath).Encoder.Width);
        Assert.NotEqual(hash, HashOf(dilatedPath));

        ModelFiles.UpdateCard(path, ModelFiles.ReadCard(path) with
        {
            Calibration = [new CalibrationPoint(0.01, 0.5f, 400)],
            Training = new TrainingSummary("train", 1, 2, 3, 4, [new TrainingCorpus("c", "CC BY 4.0", 5, 6, 7)]),
            Figures = [new ModelFigure("dev", 10, 5, 3, 0.1, [0.05, 0.2], 0.5, 0.4)],
        });
        Assert.Equal(hash, HashOf(path));
        var updated = ModelFiles.ReadCard(path);
        Assert.Equal(0.5f, new ThresholdTable(updated.Calibration).ThresholdFor(0.02));
        Assert.Equal("CC BY 4.0", updated.Training!.Corpora[0].Licence);
        Assert.Equal([0.05, 0.2], updated.Figures[0].EerInterval);
    }

    [Fact]
    public void Save_Card_NamesTheWeightsFilesDigest()
    {
        var path = Save("m.safetensors");
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), ModelFiles.ReadCard(path).WeightsSha256);
        Assert.Equal(RandomEncoder.Small, ModelFiles.ReadCard(path).Encoder);
        Assert.Equal(2, Directory.GetFiles(_folder.Root).Length);
    }

    [Fact]
    public void Save_CardOfAnotherFrontEndOrAnotherEnding_Refuses()
    {
        var card = RandomEncoder.Card(RandomEncoder.Small);
        var wrong = card with { FrontEnd = card.FrontEnd with { Cepstra = 7 } };
        Assert.Throws<ModelException>(() => Save("m.safetensors", wrong));
        Assert.Throws<ModelException>(() => Save("m.bin"));
        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void Load_WeightsCutInHalf_NamesTheFileAndWhatToDo()
    {
        var path = Save("m.safetensors");
        var file = File.ReadAllBytes(path);
        File.WriteAllBytes(path, file[..(file.Length / 2)]);
        var error = Assert.Throws<ModelException>(() => VoiceEncoder.Load(path));
        Assert.Contains("cut", error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("again", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OneWeightChanged_Refuses()
    {
        var path = Save("m.safetensors");
        var file = File.ReadAllBytes(path);
        file[^1] ^= 1;
        File.WriteAllBytes(path, file);
        Assert.Contains("SHA-256", Assert.Throws<ModelException>(() => VoiceEncoder.Load(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"formatVersion\": 1", "\"formatVersion\": 2", "format 2")]
    [InlineData("\"width\": 8", "\"width\": 9", "another model")]
    [InlineData("\"width\": 8", "\"width\": 0", "Width")]
    [InlineData("\"coefficients\": 6", "\"coefficients\": 7", "front end")]
    [InlineData("\"width\"", "\"breadth\"", "not valid")]
    [InlineData("{", "", "not valid")]
    [InlineData("\"hopLength\": 160", "\"hopLength\": 0", "HopLength")]
    [InlineData("\"speechDetector\": {", "\"speechDetector\": null, \"x\": {", "not valid")]
    [InlineData("\"calibration\": []", "\"calibration\": null", "lacks")]
    public void Load_CardThatWasChanged_SaysWhatIsWrong(string old, string changed, string expected)
    {
        var path = Save("m.safetensors");
        var cardPath = ModelFiles.CardPathOf(path);
        var json = File.ReadAllText(cardPath);
        Assert.Contains(old, json, StringComparison.Ordinal);
        File.WriteAllText(cardPath, json.Replace(old, changed, StringComparison.Ordinal));
        var error = Assert.Throws<ModelException>(() =>
        {
            var voice = VoiceEncoder.Load(path);
            voice.Embed(new FeatureMatrix(10, 6));
        });
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoCardOrNoModel_NamesWhatIsMissing()
    {
        var path = Save("m.safetensors");
        File.Delete(ModelFiles.CardPathOf(path));
        Assert.Contains("m.json", Assert.Throws<ModelException>(() => VoiceEncoder.Load(path)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "no model 'nobody'", Assert.Throws<ModelException>(() => VoiceEncoder.Load("nobody")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Cancelled_Stops()
    {
        var path = Save("m.safetensors");
        Assert.Throws<OperationCanceledException>(() => VoiceEncoder.Load(path, new CancellationToken(true)));
    }

    [Fact]
    public void Resolve_PathStemOrFolder_FindsTheFile()
    {
        var path = Save("m.safetensors");
        Assert.Equal(path, ModelFiles.Resolve(path));
        Assert.Equal(path, ModelFiles.Resolve(_folder.File("m")));
        Assert.Equal(path, ModelFiles.Resolve(_folder.Root));
        Save("n.safetensors");
        Assert.Contains("2", Assert.Throws<ModelException>(() => ModelFiles.Resolve(_folder.Root)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UpdateCard_OfOtherWeights_Refuses()
    {
        var path = Save("m.safetensors");
        var card = ModelFiles.ReadCard(path);
        Assert.Throws<ModelException>(() => ModelFiles.UpdateCard(path, card with { WeightsSha256 = "00" }));
        Assert.Throws<ModelException>(() => ModelFiles.UpdateCard(
            path, card with { FrontEnd = card.FrontEnd with { HopLength = 161 } }));
        Assert.Equal(card.FrontEnd, ModelFiles.ReadCard(path).FrontEnd);
    }

    private static string HashOf(string path)
    {
        var voice = VoiceEncoder.Load(path);
        return voice.Hash;
    }

    private string Save(string name, ModelCard? card = null, int seed = 1) =>
        RandomEncoder.Save(_folder.File(name), card ?? RandomEncoder.Card(RandomEncoder.Small), seed);
}
