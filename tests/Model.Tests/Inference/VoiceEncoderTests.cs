using System.Security.Cryptography;
using Speaker.Audio.Features;
using Speaker.Calibration;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Network;
using Speaker.Training.Tests.Network;
using TorchSharp;

namespace Speaker.Training.Tests.Inference;

public sealed class VoiceEncoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Embed_SavedModel_EqualsTheEncoderOnNormalisedFeatures()
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        using var encoder = EncoderFixtures.Create(EncoderFixtures.Small);
        var raw = EncoderFixtures.RandomFeatures(1, 40, 6);
        using var voice = VoiceEncoder.Load(Save("m.safetensors", encoder));
        var copy = raw.Slice(0, raw.Frames);
        var embedding = voice.Embed(raw);
        Assert.Equal(copy.Values, raw.Values);

        for (var c = 0; c < 6; c++)
        {
            var mean = Enumerable.Range(0, 40).Average(t => (double)raw.Row(t)[c]);
            for (var t = 0; t < 40; t++)
            {
                copy.Row(t)[c] -= (float)mean;
            }
        }

        var direct = encoder.call(EncoderFixtures.ToTensor(copy), torch.tensor(new[] { 40L })).data<float>().ToArray();
        for (var i = 0; i < direct.Length; i++)
        {
            Assert.Equal(direct[i], embedding[i], 1e-5f);
        }
    }

    [Fact]
    public void Embed_SameFeatures_IsEqualBitForBitAcrossCallsAndLoads()
    {
        using var encoder = EncoderFixtures.Create(new EncoderSpecification());
        var path = Save("m.safetensors", encoder);
        var raw = EncoderFixtures.RandomFeatures(2, 317, 60);
        using var voice = VoiceEncoder.Load(path);
        var first = voice.Embed(raw);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(first, voice.Embed(raw));
        }

        using var again = VoiceEncoder.Load(path);
        Assert.Equal(first, again.Embed(raw));
    }

    [Fact]
    public void Embed_FromManyThreads_IsEqualBitForBit()
    {
        using var encoder = EncoderFixtures.Create(EncoderFixtures.Small);
        using var voice = VoiceEncoder.Load(Save("m.safetensors", encoder));
        var utterances = Enumerable.Range(0, 40).Select(i => EncoderFixtures.RandomFeatures(i, 20 + (i * 7), 6)).ToArray();
        var expected = utterances.Select(voice.Embed).ToArray();
        var actual = new float[utterances.Length][];
        Parallel.For(0, utterances.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 },
            i => actual[i] = voice.Embed(utterances[i]));
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void EmbedBatch_MixedLengths_EqualsEmbedInOrder()
    {
        using var encoder = EncoderFixtures.Create(EncoderFixtures.Small);
        using var voice = VoiceEncoder.Load(Save("m.safetensors", encoder));
        int[] lengths = [1, 700, 30, 6001, 31, 2, 3000, 2999, 12, 30];
        var utterances = lengths.Select((l, i) => EncoderFixtures.RandomFeatures(i, l, 6)).ToArray();
        var batch = voice.EmbedBatch(utterances);
        for (var i = 0; i < lengths.Length; i++)
        {
            var single = voice.Embed(utterances[i]);
            for (var d = 0; d < single.Length; d++)
            {
                Assert.Equal(single[d], batch[i][d], 1e-5f);
            }
        }

        Assert.Empty(voice.EmbedBatch([]));
    }

    [Fact]
    public void Embed_LongUtterance_IsTheFrameWeightedMeanOfItsPieces()
    {
        using var encoder = EncoderFixtures.Create(EncoderFixtures.Small);
        using var voice = VoiceEncoder.Load(Save("m.safetensors", encoder));
        // 60 s are 6,000 frames, so this is three pieces of 4,500, 4,501 and 4,501 frames.
        var raw = EncoderFixtures.RandomFeatures(4, 13_502, 6);
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

    [Theory]
    [InlineData(1)]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(8998)]
    public void EmbedSegment_OfAnyLength_EqualsEmbed(int frames)
    {
        using var encoder = EncoderFixtures.Create(EncoderFixtures.Small);
        using var voice = VoiceEncoder.Load(Save("m.safetensors", encoder));
        var raw = EncoderFixtures.RandomFeatures(9, frames, 6);

        var segment = voice.EmbedSegment(raw);

        var embedding = voice.Embed(raw);
        for (var d = 0; d < embedding.Length; d++)
        {
            Assert.Equal(embedding[d], segment[d], 1e-5f);
        }
    }

    [Fact]
    public void Embed_FeaturesOfAnotherFrontEnd_Refuses()
    {
        using var encoder = EncoderFixtures.Create(EncoderFixtures.Small);
        using var voice = VoiceEncoder.Load(Save("m.safetensors", encoder));
        Assert.Throws<ModelException>(() => voice.Embed(new FeatureMatrix(10, 7)));
        Assert.Throws<ModelException>(() => voice.Embed(new FeatureMatrix(0, 6)));
        Assert.Throws<ModelException>(() => voice.EmbedBatch([new FeatureMatrix(5, 6), new FeatureMatrix(5, 7)]));
    }

    [Fact]
    public void Embed_WeightsThatAreNotFinite_SaysSo()
    {
        using var encoder = EncoderFixtures.Create(EncoderFixtures.Small);
        using (torch.no_grad())
        {
            encoder.parameters().First().fill_(float.NaN);
        }

        using var voice = VoiceEncoder.Load(Save("m.safetensors", encoder));
        var error = Assert.Throws<ModelException>(() => voice.Embed(new FeatureMatrix(10, 6)));
        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hash_ChangesWithWeightsFrontEndAndEncoderAndWithNothingElse()
    {
        using var encoder = EncoderFixtures.Create(EncoderFixtures.Small, 1);
        using var other = EncoderFixtures.Create(EncoderFixtures.Small, 2);
        var card = EncoderFixtures.Card(EncoderFixtures.Small);
        var path = Save("a.safetensors", encoder);
        var hash = HashOf(path);
        Assert.Matches("^[0-9a-f]{64}$", hash);
        Assert.Equal(hash, HashOf(Save("b.safetensors", encoder, card with { Name = "another" })));
        Assert.NotEqual(hash, HashOf(Save("c.safetensors", other)));
        Assert.NotEqual(hash, HashOf(Save(
            "d.safetensors", encoder, card with { FrontEnd = card.FrontEnd with { HopLength = 161 } })));
        using var dilated = EncoderFixtures.Create(EncoderFixtures.Small with { Dilations = [1, 2] }, 1);
        var dilatedPath = Save("e.safetensors", dilated);
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
        using var encoder = EncoderFixtures.Create(EncoderFixtures.Small);
        var path = Save("m.safetensors", encoder);
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), ModelFiles.ReadCard(path).WeightsSha256);
        Assert.Equal(EncoderFixtures.Small, ModelFiles.ReadCard(path).Encoder);
        Assert.Equal(2, Directory.GetFiles(_folder.Root).Length);
    }

    [Fact]
    public void Save_CardOfAnotherEncoder_Refuses()
    {
        using var encoder = EncoderFixtures.Create(EncoderFixtures.Small);
        var wrong = EncoderFixtures.Card(EncoderFixtures.Small with { Width = 9 });
        Assert.Throws<ModelException>(() => ModelFiles.Save(_folder.File("m.safetensors"), encoder, wrong));
        Assert.Throws<ModelException>(
            () => ModelFiles.Save(_folder.File("m.bin"), encoder, EncoderFixtures.Card(EncoderFixtures.Small)));
        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void Load_WeightsCutInHalf_NamesTheFileAndWhatToDo()
    {
        using var encoder = EncoderFixtures.Create(EncoderFixtures.Small);
        var path = Save("m.safetensors", encoder);
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
        using var encoder = EncoderFixtures.Create(EncoderFixtures.Small);
        var path = Save("m.safetensors", encoder);
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
        using var encoder = EncoderFixtures.Create(EncoderFixtures.Small);
        var path = Save("m.safetensors", encoder);
        var cardPath = ModelFiles.CardPathOf(path);
        var json = File.ReadAllText(cardPath);
        Assert.Contains(old, json, StringComparison.Ordinal);
        File.WriteAllText(cardPath, json.Replace(old, changed, StringComparison.Ordinal));
        var error = Assert.Throws<ModelException>(() =>
        {
            using var voice = VoiceEncoder.Load(path);
            voice.Embed(new FeatureMatrix(10, 6));
        });
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoCardOrNoModel_NamesWhatIsMissing()
    {
        using var encoder = EncoderFixtures.Create(EncoderFixtures.Small);
        var path = Save("m.safetensors", encoder);
        File.Delete(ModelFiles.CardPathOf(path));
        Assert.Contains("m.json", Assert.Throws<ModelException>(() => VoiceEncoder.Load(path)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "no model 'nobody'", Assert.Throws<ModelException>(() => VoiceEncoder.Load("nobody")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Cancelled_Stops()
    {
        using var encoder = EncoderFixtures.Create(EncoderFixtures.Small);
        var path = Save("m.safetensors", encoder);
        Assert.Throws<OperationCanceledException>(() => VoiceEncoder.Load(path, new CancellationToken(true)));
    }

    [Fact]
    public void Resolve_PathStemOrFolder_FindsTheFile()
    {
        using var encoder = EncoderFixtures.Create(EncoderFixtures.Small);
        var path = Save("m.safetensors", encoder);
        Assert.Equal(path, ModelFiles.Resolve(path));
        Assert.Equal(path, ModelFiles.Resolve(_folder.File("m")));
        Assert.Equal(path, ModelFiles.Resolve(_folder.Root));
        Save("n.safetensors", encoder);
        Assert.Contains("2", Assert.Throws<ModelException>(() => ModelFiles.Resolve(_folder.Root)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UpdateCard_OfOtherWeights_Refuses()
    {
        using var encoder = EncoderFixtures.Create(EncoderFixtures.Small);
        var path = Save("m.safetensors", encoder);
        var card = ModelFiles.ReadCard(path);
        Assert.Throws<ModelException>(() => ModelFiles.UpdateCard(path, card with { WeightsSha256 = "00" }));
        Assert.Throws<ModelException>(() => ModelFiles.UpdateCard(
            path, card with { FrontEnd = card.FrontEnd with { HopLength = 161 } }));
        Assert.Equal(card.FrontEnd, ModelFiles.ReadCard(path).FrontEnd);
    }

    private static string HashOf(string path)
    {
        using var voice = VoiceEncoder.Load(path);
        return voice.Hash;
    }

    private string Save(string name, Encoder encoder, ModelCard? card = null)
    {
        var path = _folder.File(name);
        ModelFiles.Save(path, encoder, card ?? EncoderFixtures.Card(encoder.Specification));
        return path;
    }
}
