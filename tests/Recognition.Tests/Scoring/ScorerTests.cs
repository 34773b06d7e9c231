using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Scoring;

namespace Speaker.Tests.Scoring;

/// <summary>Normalised distances against loops over the definition, and the cohort's way through files.</summary>
public class ScorerTests
{
    private const int Dimension = 12;

    [Fact]
    public void Distance_WithoutCohort_IsOneMinusCosine()
    {
        var (a, b) = (Vectors(1, 1)[0], Vectors(2, 1)[0]);
        Assert.Equal(Cosine(a, b), Scorer.Cosine.Distance(a, b), 1e-6);
        Assert.Equal(
            Scorer.Cosine.Distance(a, b), Scorer.Cosine.Distance(Scorer.Cosine.Side(a), Scorer.Cosine.Side(b)));
    }

    [Theory]
    [InlineData(10, 2)]
    [InlineData(37, 5)]
    [InlineData(40, 100)]
    public void Distance_WithCohort_IsTheNaiveAsNorm(int speakers, int top)
    {
        var members = Vectors(3, speakers);
        var cohort = Cohort.FromEmbeddings(members);
        var specification = AsNormSpecification.Of(cohort, top, "test");
        Assert.Equal(Math.Min(top, speakers - 1), specification.Top);
        var scorer = Scorer.AsNorm(cohort, specification);

        var (centre, scale) = (0.0, 0.0);
        foreach (var member in members)
        {
            var (mean, deviation) = Nearest(member, members.Where(m => m != member), specification.Top);
            centre += mean / speakers;
            scale += deviation / speakers;
        }

        Assert.Equal(centre, specification.Centre, 1e-3);
        Assert.Equal(scale, specification.Scale, 1e-3);
        var voices = Vectors(4, 6);
        foreach (var enrolled in voices)
        {
            foreach (var test in voices)
            {
                var (meanE, deviationE) = Nearest(enrolled, members, specification.Top);
                var (meanT, deviationT) = Nearest(test, members, specification.Top);
                var distance = Cosine(enrolled, test);
                var z = 0.5 * (((distance - meanE) / deviationE) + ((distance - meanT) / deviationT));
                var expected = specification.Centre + (specification.Scale * z);
                // Half precision of the members, as they are stored, is what parts the two.
                Assert.Equal(expected, scorer.Distance(enrolled, test), 5e-3);
                Assert.Equal(scorer.Distance(enrolled, test), scorer.Distance(test, enrolled));
            }
        }
    }

    [Fact]
    public void Distance_BetweenTypicalStrangers_IsOnTheScaleOfCosineDistances()
    {
        var cohort = Cohort.FromEmbeddings(Vectors(5, 60));
        var specification = AsNormSpecification.Of(cohort, 20, "test");
        var scorer = Scorer.AsNorm(cohort, specification);
        var voices = Vectors(6, 40);
        var (plain, normalised) = (0.0, 0.0);
        for (var i = 1; i < voices.Length; i++)
        {
            plain += Scorer.Cosine.Distance(voices[0], voices[i]) / (voices.Length - 1);
            normalised += scorer.Distance(voices[0], voices[i]) / (voices.Length - 1);
        }

        Assert.Equal(plain, normalised, 0.15);
    }

    [Fact]
    public void Distance_NearerThanAnyStranger_IsNotCutSoThatTwoNeverTie()
    {
        var cohort = Cohort.FromEmbeddings(Vectors(5, 60));
        var scorer = Scorer.AsNorm(cohort, AsNormSpecification.Of(cohort, 20, "test") with { Centre = 0.1 });
        var voice = Vectors(6, 1)[0];
        float[] near = [.. voice];
        near[0] += 0.01f;
        var (same, other) = (scorer.Distance(voice, voice), scorer.Distance(voice, near));
        Assert.True(same < 0 && other < 0 && same != other, $"{same} {other}");
    }

    [Fact]
    public void Side_LengthOfTheVector_DoesNotCount()
    {
        var scorer = Scorer.AsNorm(Cohort.FromEmbeddings(Vectors(7, 20)), AsNormSpecification.Of(
            Cohort.FromEmbeddings(Vectors(7, 20)), 8, "test"));
        var (a, b) = (Vectors(8, 1)[0], Vectors(9, 1)[0]);
        Assert.Equal(
            scorer.Distance(a, b), scorer.Distance([.. a.Select(v => v * 7)], [.. b.Select(v => v / 3)]), 1e-4);
    }

    [Fact]
    public void Cohort_EqualMembers_HaveADeviationThatMayBeDividedBy()
    {
        var one = Vectors(10, 1)[0];
        var cohort = Cohort.FromEmbeddings([.. Enumerable.Repeat(one, 12)]);
        var statistics = cohort.Nearest(Vectors(11, 1)[0], 5);
        Assert.True(statistics.Deviation > 0);
        Assert.Equal(Cosine(one, Vectors(11, 1)[0]), statistics.Mean, 1e-3);
    }

    [Fact]
    public void Cohort_WrongInput_IsRefused()
    {
        Assert.Throws<ModelException>(() => Cohort.FromEmbeddings(Vectors(1, 9)));
        Assert.Throws<ModelException>(() => Cohort.FromEmbeddings([.. Vectors(1, 10), [1, 2]]));
        Assert.Throws<ModelException>(() => Cohort.FromEmbeddings([.. Vectors(1, 10), new float[Dimension]]));
        var cohort = Cohort.FromEmbeddings(Vectors(1, 10));
        Assert.Throws<ModelException>(() => cohort.Nearest([1, 2], 5));
        Assert.Throws<ModelException>(() => cohort.Nearest(new float[Dimension], 5));
        Assert.Throws<ModelException>(() => AsNormSpecification.Of(cohort, 1, "test"));
        var specification = AsNormSpecification.Of(cohort, 5, "test");
        Assert.Throws<ModelException>(() => Scorer.AsNorm(cohort, specification with { Speakers = 11 }));
        Assert.Throws<ModelException>(() => Scorer.AsNorm(cohort, specification with { Scale = 0 }));
        Assert.Throws<ModelException>(() => Scorer.AsNorm(cohort, specification).Distance(
            Scorer.Cosine.Side(Vectors(1, 1)[0]), Scorer.Cosine.Side(Vectors(2, 1)[0])));
    }

    [Fact]
    public void SaveAndLoad_ModelWithCohort_ScoresAsBeforeAndKeepsItsHash()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("own.safetensors");
        var card = RandomEncoder.Card(RandomEncoder.Small);
        RandomEncoder.Save(path, card);
        var plain = VoiceEncoder.Load(path);
        Assert.Same(Scorer.Cosine, plain.Scorer);

        var cohort = Cohort.FromEmbeddings(Vectors(12, 30, card.Encoder.Dimension));
        var specification = AsNormSpecification.Of(cohort, 10, "thirty voices");
        ModelFiles.UpdateCard(path, ModelFiles.ReadCard(path) with { AsNorm = specification }, cohort);
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(ModelFiles.CohortPathOf(path)))),
            ModelFiles.ReadCard(path).AsNorm!.CohortSha256);
        // A folder with one model, though it holds two files of tensors.
        var loaded = VoiceEncoder.Load(folder.Root);
        Assert.Equal(plain.Hash, loaded.Hash);
        var scorer = Scorer.AsNorm(cohort, specification);
        var (a, b) = (
            Vectors(13, 1, card.Encoder.Dimension)[0], Vectors(14, 1, card.Encoder.Dimension)[0]);
        Assert.Equal(scorer.Distance(a, b), loaded.Scorer.Distance(a, b));
        Assert.NotEqual(Scorer.Cosine.Distance(a, b), loaded.Scorer.Distance(a, b));
    }

    [Fact]
    public void Load_CohortMissingOrOfAnotherModel_SaysWhichFile()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("own.safetensors");
        var card = RandomEncoder.Card(RandomEncoder.Small);
        var cohort = Cohort.FromEmbeddings(Vectors(15, 30, card.Encoder.Dimension));
        var specification = AsNormSpecification.Of(cohort, 10, "thirty voices");
        ModelFiles.Save(path, RandomEncoder.Weights(card.Encoder), card with { AsNorm = specification }, cohort);
        var cohortPath = ModelFiles.CohortPathOf(path);
        var bytes = File.ReadAllBytes(cohortPath);

        bytes[^1] ^= 1;
        File.WriteAllBytes(cohortPath, bytes);
        Assert.Contains(
            cohortPath, Assert.Throws<ModelException>(() => VoiceEncoder.Load(path)).Message, StringComparison.Ordinal);

        File.Delete(cohortPath);
        Assert.Contains(
            cohortPath, Assert.Throws<ModelException>(() => VoiceEncoder.Load(path)).Message, StringComparison.Ordinal);

        // Whole, but of embeddings of another size.
        var small = Cohort.FromEmbeddings(Vectors(16, 30, 3));
        ModelFiles.UpdateCard(path, ModelFiles.ReadCard(path) with { AsNorm = specification }, small);
        Assert.Contains(
            "dimensions", Assert.Throws<ModelException>(() => VoiceEncoder.Load(path)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ModelException>(
            () => ModelFiles.UpdateCard(path, ModelFiles.ReadCard(path) with { AsNorm = null }, cohort));
    }

    [Fact]
    public void ReadCard_AsNormOutOfRange_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("own.safetensors");
        var card = RandomEncoder.Card(RandomEncoder.Small);
        var cohort = Cohort.FromEmbeddings(Vectors(17, 30, card.Encoder.Dimension));
        ModelFiles.Save(path, RandomEncoder.Weights(card.Encoder), card with { AsNorm = AsNormSpecification.Of(cohort, 10, "voices") }, cohort);
        var json = JsonNode.Parse(File.ReadAllText(ModelFiles.CardPathOf(path)))!;
        json["asNorm"]!["scale"] = 0;
        File.WriteAllText(ModelFiles.CardPathOf(path), json.ToJsonString(new JsonSerializerOptions()));
        Assert.Contains(
            "asNorm", Assert.Throws<ModelException>(() => VoiceEncoder.Load(path)).Message, StringComparison.Ordinal);
    }

    private static (double Mean, double Deviation) Nearest(float[] voice, IEnumerable<float[]> members, int top)
    {
        var nearest = members.Select(member => Cosine(voice, member)).Order().Take(top).ToArray();
        var mean = nearest.Average();
        return (mean, Math.Sqrt(nearest.Average(distance => (distance - mean) * (distance - mean))));
    }

    private static double Cosine(float[] a, float[] b)
    {
        var (dot, aa, bb) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            dot += (double)a[i] * b[i];
            aa += (double)a[i] * a[i];
            bb += (double)b[i] * b[i];
        }

        return 1 - (dot / Math.Sqrt(aa * bb));
    }

    private static float[][] Vectors(int seed, int count, int dimension = Dimension)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, dimension)
            .Select(_ => (float)(random.NextDouble() - 0.5)).ToArray())];
    }
}
