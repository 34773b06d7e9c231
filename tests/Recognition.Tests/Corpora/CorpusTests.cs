using Microsoft.Extensions.Options;
using Speaker.Corpora;

namespace Speaker.Tests.Corpora;

public sealed class CorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_Folders_TakesSpeakerAndSessionFromThem()
    {
        Touch("ann/monday/1.wav", "ann/2.flac", "bob/x/y/3.ogg", "bob/notes.txt", "stray.wav");
        var corpus = Corpus.Load(_folder.Root);
        Assert.Equal(
            [("ann", "", "2.flac"), ("ann", "monday", "1.wav"), ("bob", Path.Combine("x", "y"), "3.ogg")],
            corpus.Utterances.Select(u => (u.Speaker, u.Session, Path.GetFileName(u.Path))));
        Assert.All(corpus.Utterances, u => Assert.Equal(Path.GetFileName(_folder.Root), u.Corpus));
        Assert.All(corpus.Utterances, u => Assert.Equal(CorpusSplit.Train, u.Split));
    }

    [Fact]
    public void Load_NoSplit_HoldsOutTheSameSpeakersEveryTime()
    {
        for (var i = 0; i < 40; i++)
        {
            Touch($"s{i}/1.wav", $"s{i}/2.wav");
        }

        var held = Dev(new CorpusOptions { DevFraction = 0.1 });
        Assert.Equal(4, held.Count);
        Assert.Equal(held, Dev(new CorpusOptions { DevFraction = 0.1 }));
        // A larger share holds out the same people and more.
        Assert.True(held.IsSubsetOf(Dev(new CorpusOptions { DevFraction = 0.3 })));
        var corpus = Corpus.Load(_folder.Root);
        var learnt = corpus.Of(CorpusSplit.Train).Select(u => u.Speaker);
        Assert.Empty(learnt.Intersect(corpus.Of(CorpusSplit.Dev).Select(u => u.Speaker)));
    }

    [Fact]
    public void Load_FewSpeakers_HoldsOutTwoOfSixAndNoneOfFive()
    {
        Touch([.. Enumerable.Range(0, 6).Select(i => $"s{i}/1.wav")]);
        Assert.Equal(2, Dev(new CorpusOptions()).Count);
        Directory.Delete(_folder.File("s5"), true);
        Assert.Empty(Dev(new CorpusOptions()));
    }

    [Fact]
    public void Load_Manifest_FindsColumnsByNameInAnyOrder()
    {
        Touch("deep/1.wav", "deep/a,b.wav");
        Manifest(
            "seconds,split,unknown,speaker,path,corpus,session",
            "1.5,dev,?,ann,deep/1.wav,libri,s1",
            "",
            ",test,?,\"bob \"\"b\"\"\",\"deep/a,b.wav\",,");
        var corpus = Corpus.Load(_folder.Root);
        Assert.Equal(
            new CorpusUtterance(
                _folder.File(Path.Combine("deep", "1.wav")), "ann", "libri", CorpusSplit.Dev, "s1", 1.5),
            corpus.Utterances[0]);
        Assert.Equal("bob \"b\"", corpus.Utterances[1].Speaker);
        Assert.Equal(Path.GetFileName(_folder.Root), corpus.Utterances[1].Corpus);
        Assert.Null(corpus.Utterances[1].Seconds);
        Assert.Equal(CorpusSplit.Test, corpus.Utterances[1].Split);
    }

    [Theory]
    [InlineData("path,speaker", "gone.wav,ann", "line 2", "gone.wav")]
    [InlineData("path,speaker,split", "1.wav,ann,training", "line 2", "training")]
    [InlineData("path,speaker", "1.wav", "line 2", "1 field")]
    [InlineData("path,speaker", "1.wav,", "line 2", "speaker is empty")]
    [InlineData("path,speaker,seconds", "1.wav,ann,long", "line 2", "long")]
    [InlineData("path,speaker,seconds", "1.wav,ann,NaN", "line 2", "NaN")]
    [InlineData("path,speaker", "\"1.wav,ann", "line 2", "not closed")]
    [InlineData("path,voice", "1.wav,ann", "line 1", "speaker")]
    [InlineData("path,speaker,path", "1.wav,ann,1.wav", "line 1", "twice")]
    public void Load_BadManifest_NamesFileLineAndFault(string header, string line, string place, string fault)
    {
        Touch("1.wav");
        Manifest(header, line);
        var error = Assert.Throws<ModelException>(() => Corpus.Load(_folder.Root));
        Assert.Contains("manifest.csv", error.Message, StringComparison.Ordinal);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoFolderOrNothingInIt_SaysHowACorpusLooks()
    {
        var missing = Assert.Throws<ModelException>(() => Corpus.Load(_folder.File("no")));
        Assert.Contains("no folder", missing.Message, StringComparison.Ordinal);
        var empty = Assert.Throws<ModelException>(() => Corpus.Load(_folder.Root));
        Assert.Contains("<speaker>", empty.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_DevFractionOutOfRange_IsRefused() =>
        Assert.Throws<OptionsValidationException>(() => Corpus.Load(_folder.Root, new CorpusOptions { DevFraction = 0.6 }));

    [Fact]
    public void Load_LinksThatLeadBack_CountEveryRecordingOnceUnderItsOwnSpeaker()
    {
        Touch("ann/1.wav", "ann/2.wav", "bob/1.wav");
        Directory.CreateSymbolicLink(_folder.File("ann", "all"), "..");
        Directory.CreateSymbolicLink(_folder.File("aaa"), "bob");
        Directory.CreateSymbolicLink(_folder.File("ann", "self"), ".");
        Directory.CreateSymbolicLink(_folder.File("ann", "above"), "../..");
        File.CreateSymbolicLink(_folder.File("ann", "0.wav"), "../bob/1.wav");
        File.CreateSymbolicLink(_folder.File("bob", "9.wav"), "1.wav");
        File.CreateSymbolicLink(_folder.File("bob", "gone.wav"), "nowhere.wav");

        var corpus = Corpus.Load(_folder.Root);

        Assert.Equal(
            ["ann/1.wav", "ann/2.wav", "bob/1.wav"],
            corpus.Utterances.Select(u => $"{u.Speaker}/{Path.GetFileName(u.Path)}"));
        Assert.Equal(_folder.File("bob", "gone.wav"), Assert.Single(corpus.Remainder.Skipped).Path);
        Assert.Equal(6, corpus.Remainder.Repeated);
    }

    [Fact]
    public void Load_LinksToRecordingsElsewhere_AreFollowed()
    {
        using var elsewhere = new TemporaryFolder();
        Directory.CreateDirectory(elsewhere.File("carl", "x"));
        File.WriteAllText(elsewhere.File("carl", "x", "1.wav"), "");
        Touch("ann/1.wav");
        Directory.CreateSymbolicLink(_folder.File("carl"), elsewhere.File("carl"));
        File.CreateSymbolicLink(_folder.File("ann", "2.wav"), elsewhere.File("carl", "x", "1.wav"));

        var utterances = Corpus.Load(_folder.Root).Utterances;

        // Once, by the first link to it.
        Assert.Equal(
            [("ann", "1.wav"), ("carl", "1.wav")], utterances.Select(u => (u.Speaker, Path.GetFileName(u.Path))));
    }

    [Fact]
    public void Load_OtherFiles_AreCountedByTheirEnding()
    {
        Touch("ann/1.wav", "ann/2.M4A", "ann/a.txt", "ann/b.TXT", "ann/x/LICENCE", "ann/.hidden.wav", "stray.wav");
        var corpus = Corpus.Load(_folder.Root);
        Assert.Equal(2, corpus.Utterances.Count);
        Assert.Equal(
            ["passed over by their ending: 1 without one, 2 .txt",
                "passed over as they lie beside the speakers' folders: 1 recording"],
            corpus.Remainder.Notes());
    }

    [Fact]
    public void Load_SpeakersNamedInTwoForms_AreOne()
    {
        Touch("Jos\u00E9/1.wav", "Jose\u0301/2.wav");
        Assert.Equal(["Jos\u00E9", "Jos\u00E9"], Corpus.Load(_folder.Root).Utterances.Select(u => u.Speaker));
    }

    [Fact]
    public void Load_ManifestThatNamesARecordingTwice_CountsItOnceAndRefusesTwoSpeakers()
    {
        Touch("1.wav", "2.wav");
        File.CreateSymbolicLink(_folder.File("3.wav"), "1.wav");
        Manifest("path,speaker", "1.wav,ann", "2.wav,bob", "./1.wav,ann", "3.wav,ann");
        var corpus = Corpus.Load(_folder.Root);
        Assert.Equal(["ann", "bob"], corpus.Utterances.Select(u => u.Speaker));
        Assert.Equal(2, corpus.Remainder.Repeated);

        Manifest("path,speaker", "1.wav,ann", "2.wav,bob", "3.wav,bob");
        var error = Assert.Throws<ModelException>(() => Corpus.Load(_folder.Root));
        Assert.Contains("line 4: '3.wav' is the recording of line 2, where the speaker is 'ann'", error.Message,
            StringComparison.Ordinal);
    }

    private HashSet<string> Dev(CorpusOptions options) =>
        [.. Corpus.Load(_folder.Root, options).Of(CorpusSplit.Dev).Select(u => u.Speaker)];

    private void Touch(params string[] names)
    {
        foreach (var name in names)
        {
            var path = _folder.File(name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "");
        }
    }

    private void Manifest(params string[] lines) => File.WriteAllLines(_folder.File("manifest.csv"), lines);
}
