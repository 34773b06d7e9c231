using Speaker.Evaluation;

namespace Speaker.Tests.Evaluation;

public sealed class TrialTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ThenRead_GivesTheSameTrialsInVoxCelebsForm()
    {
        var path = _folder.File("trials.txt");
        Trial[] trials = [new(true, "id1/a/1.wav", "id1/b/2.wav"), new(false, "id1/a/1.wav", "id2/c/3.wav")];
        TrialList.Write(path, trials);
        Assert.Equal("1 id1/a/1.wav id1/b/2.wav\n0 id1/a/1.wav id2/c/3.wav\n", File.ReadAllText(path));
        Assert.Equal(trials, TrialList.Read(path));
    }

    [Theory]
    [InlineData("1 a b\n2 a c\n", "line 2", "'2'")]
    [InlineData("1 a b\n\n0 a\n", "line 3", "2 fields")]
    [InlineData("same a b\n", "line 1", "'same'")]
    [InlineData("1 a b c\n", "line 1", "4 fields")]
    public void Read_BadLine_NamesIt(string text, string place, string fault)
    {
        var path = _folder.File("trials.txt");
        File.WriteAllText(path, text);
        var error = Assert.Throws<ModelException>(() => TrialList.Read(path));
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoFileOrNoTrial_IsRefused()
    {
        Assert.Throws<ModelException>(() => TrialList.Read(_folder.File("no.txt")));
        File.WriteAllText(_folder.File("empty.txt"), "\n");
        Assert.Throws<ModelException>(() => TrialList.Read(_folder.File("empty.txt")));
    }

    [Fact]
    public void Write_NameWithABlank_IsRefused() => Assert.Throws<ModelException>(
        () => TrialList.Write(_folder.File("trials.txt"), [new Trial(true, "a b.wav", "c.wav")]));

    [Fact]
    public void Make_NoCap_GivesEveryPairOfASpeakerAndEveryPairWithinACorpusOnce()
    {
        string[] speakers = ["a", "a", "b", "x", "a", "x", "y"];
        string[] corpora = ["1", "1", "1", "2", "1", "2", "2"];
        var expected = new List<TrialPair>();
        for (var i = 0; i < speakers.Length; i++)
        {
            for (var j = i + 1; j < speakers.Length; j++)
            {
                if (corpora[i] == corpora[j])
                {
                    expected.Add(new TrialPair(i, j, speakers[i] == speakers[j]));
                }
            }
        }

        var made = TrialPairs.Make(speakers, corpora);
        Assert.Equal(expected.OrderBy(p => (p.Enrol, p.Test)), made.OrderBy(p => (p.Enrol, p.Test)));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(1000)]
    public void Make_Capped_GivesThatManyDistinctTrialsOfEachKindBySeed(int items)
    {
        var speakers = Enumerable.Range(0, items).Select(i => $"s{i % 10}").ToArray();
        var corpora = Enumerable.Repeat("c", items).ToArray();
        var options = new TrialPairOptions { MaximumTargets = 60, MaximumImpostors = 100, Seed = 4 };
        var made = TrialPairs.Make(speakers, corpora, options);
        Assert.Equal(60, made.Count(p => p.IsTarget));
        Assert.Equal(100, made.Count(p => !p.IsTarget));
        Assert.Equal(160, made.Distinct().Count());
        Assert.All(made, p => Assert.Equal(p.IsTarget, speakers[p.Enrol] == speakers[p.Test]));
        Assert.All(made, p => Assert.True(p.Enrol < p.Test));
        Assert.Equal(made, TrialPairs.Make(speakers, corpora, options));
        Assert.NotEqual(made, TrialPairs.Make(speakers, corpora, options with { Seed = 5 }));
    }

    [Fact]
    public void Make_Capped_ChoosesEvenly()
    {
        // 20 items of one speaker: 190 pairs, 19 kept; each pair should be kept in a tenth of the seeds.
        var speakers = Enumerable.Repeat("s", 20).ToArray();
        var kept = new Dictionary<(int, int), int>();
        for (var seed = 0; seed < 1000; seed++)
        {
            var options = new TrialPairOptions { MaximumTargets = 19, Seed = seed };
            foreach (var pair in TrialPairs.Make(speakers, speakers, options))
            {
                kept[(pair.Enrol, pair.Test)] = kept.GetValueOrDefault((pair.Enrol, pair.Test)) + 1;
            }
        }

        Assert.Equal(190, kept.Count);
        Assert.All(kept.Values, count => Assert.InRange(count, 50, 150));
    }
}
