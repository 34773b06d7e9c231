using Speaker.Audio;
using Speaker.Audio.Features;
using Speaker.Audio.Files;
using Speaker.Audio.Utterances;
using Speaker.Corpora;
using Speaker.Training.Runs;
using Speaker.Training.Sampling;

namespace Speaker.Training.Tests.Runs;

public sealed class FeatureBankTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Corpus _corpus;

    public FeatureBankTests()
    {
        SyntheticSpeech.WriteCorpus(_folder.File("speech"), "s", 3, 2, 1.5, 40);
        _corpus = Corpus.Load(_folder.File("speech"), new CorpusOptions { DevFraction = 0 });
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_FirstVersionAtSpeedOne_HoldsWhatVerificationReads()
    {
        using var bank = Open(Options("a"));
        var reader = new UtteranceReader(new FrontEndSpecification(), new UtteranceOptions());
        for (var i = 0; i < _corpus.Utterances.Count; i++)
        {
            var utterance = Assert.IsType<Utterance>(reader.Analyse(AudioFile.ReadSamples(_corpus.Utterances[i].Path, default)));
            var frames = bank.Frames(0, i, 0);
            Assert.Equal(utterance.Features.Frames, frames);
            var stored = new Half[frames * bank.Coefficients];
            bank.Read(0, i, 0, 0, stored);
            // Half precision: eleven bits.
            Assert.All(Enumerable.Range(0, stored.Length), k => Assert.Equal(
                utterance.Features.Values[k], (float)stored[k], Math.Abs(utterance.Features.Values[k] / 1024) + 1e-4));
        }
    }

    [Fact]
    public void Open_UnreadableRecording_IsNamedAndHasNoFeatures()
    {
        _folder.Write(Path.Combine("speech", "s1", "9.wav"), []);
        var corpus = Corpus.Load(_folder.File("speech"), new CorpusOptions { DevFraction = 0 });
        using var bank = FeatureBank.Open(corpus.Utterances, new FrontEndSpecification(), Options("a"));
        var place = corpus.Utterances.ToList().FindIndex(u => Path.GetFileName(u.Path) == "9.wav");

        Assert.Equal(corpus.Utterances[place].Path, Assert.Single(bank.Skipped).Path);
        Assert.All(
            Enumerable.Range(0, corpus.Utterances.Count), i => Assert.Equal(i == place, bank.Frames(0, i, 0) == 0));
        Assert.Equal([corpus.Utterances[place]], bank.Classes(0.01).Speechless);
    }

    [Fact]
    public void Open_AnyNumberOfThreads_HoldsTheSame()
    {
        using var one = Open(Options("a") with { Threads = 1 });
        using var four = Open(Options("b") with { Threads = 4 });
        Assert.Equal(Everything(one), Everything(four));
    }

    [Fact]
    public void Open_Again_TakesWhatIsThereAndMakesOnlyWhatIsMissing()
    {
        var made = new Recorder();
        Half[] before;
        using (var bank = Open(Options("a"), made))
        {
            before = Everything(bank);
        }

        Assert.Equal([0, 1], made.Versions);
        made.Versions.Clear();
        using (var bank = Open(Options("a"), made))
        {
            Assert.Equal(before, Everything(bank));
        }

        Assert.Empty(made.Versions);
        using (var bank = Open(Options("a") with { Versions = 3 }, made))
        {
            Assert.Equal([2], made.Versions);
            Assert.Equal(3, bank.Versions);
        }
    }

    [Fact]
    public void Open_OtherOptions_DoesNotTakeTheOldFeatures()
    {
        using var bank = Open(Options("a"));
        var made = new Recorder();
        using var other = Open(Options("a") with { Augmentation = new() { NoiseProbability = 0.1 } }, made);
        Assert.Equal([0, 1], made.Versions);
    }

    [Fact]
    public void Open_HalfWrittenVersion_IsMadeAgain()
    {
        Half[] before;
        using (var bank = Open(Options("a")))
        {
            before = Everything(bank);
        }

        var file = Directory.GetFiles(_folder.File("a"), "*-1.features").Single();
        using (var stream = new FileStream(file, FileMode.Open))
        {
            stream.SetLength(stream.Length / 2);
        }

        var made = new Recorder();
        using var again = Open(Options("a"), made);
        Assert.Equal([1], made.Versions);
        Assert.Equal(before, Everything(again));
    }

    [Fact]
    public void Open_CancelledInTheMiddle_KeepsWhatWasMade()
    {
        Half[] whole;
        using (var bank = Open(Options("b")))
        {
            whole = Everything(bank);
        }

        using var cancellation = new CancellationTokenSource();
        var options = Options("a") with { Threads = 1 };
        var files = _corpus.Utterances.Select(u => u.Path).ToArray();
        // After the second recording: what the first two gave must not be made again.
        Assert.ThrowsAny<OperationCanceledException>(() => FeatureBank.Open(
            _corpus.Utterances, new FrontEndSpecification(), options, new StopAfter(2, cancellation), cancellation.Token));
        var kept = Directory.GetFiles(_folder.File("a"), "*-1.features").Single();
        Assert.True(new FileInfo(kept).Length > 0);
        // The first recording is not needed any more.
        var first = File.ReadAllBytes(files[0]);
        File.WriteAllBytes(files[0], new byte[first.Length]);
        using (var bank = Open(options))
        {
            File.WriteAllBytes(files[0], first);
            Assert.Equal(whole, Everything(bank));
        }
    }

    [Fact]
    public void Open_Cancelled_LeavesNothingThatCountsAsAVersion()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => FeatureBank.Open(
            _corpus.Utterances, new FrontEndSpecification(), Options("a"), null, cancellation.Token));
        var made = new Recorder();
        using var bank = Open(Options("a"), made);
        Assert.Equal([0, 1], made.Versions);
    }

    [Fact]
    public void Classes_SpeedsAndSpeechlessUtterances_AreToldApart()
    {
        WaveFile.Write(_folder.File(Path.Combine("speech", "s0", "silent.wav")), new float[16000]);
        var corpus = Corpus.Load(_folder.File("speech"), new CorpusOptions { DevFraction = 0 });
        using var bank = FeatureBank.Open(corpus.Utterances, new FrontEndSpecification(), Options("a"));
        var (classes, speechless) = bank.Classes(0.01);
        Assert.Equal("silent.wav", Path.GetFileName(Assert.Single(speechless).Path));
        Assert.Equal(6, classes.Count);
        Assert.Equal(3, classes.Select(c => c.Speaker).Distinct().Count());
        Assert.All(classes, c => Assert.Equal(2, c.Utterances.Count));
        Assert.All(classes, c => Assert.InRange(c.Seconds, 1, 4));
    }

    [Fact]
    public void Make_Batch_IsDecidedBySeedAndStepAlone()
    {
        using var bank = Open(Options("a"));
        var (one, two) = (Maker(bank), Maker(bank));
        var batches = Enumerable.Range(0, 6).Select(one.Make).ToArray();
        foreach (var step in (int[])[4, 0, 5])
        {
            var again = two.Make(step);
            Assert.Equal(batches[step].Labels, again.Labels);
            Assert.Equal(batches[step].Features, again.Features);
        }

        Assert.True(batches.Select(b => b.Frames).Distinct().Count() > 1);
    }

    [Fact]
    public void Make_Batch_HoldsCropsOfOneLengthWithoutAChannel()
    {
        using var bank = Open(Options("a"));
        var maker = Maker(bank);
        for (var step = 0; step < 10; step++)
        {
            // Crops of 2.5 s from utterances of 1.5 s: joined and repeated.
            var batch = maker.Make(step);
            Assert.Equal(batch.Labels.Length * bank.Coefficients * batch.Frames, batch.Features.Length);
            foreach (var crop in batch.Features.Chunk(batch.Frames * bank.Coefficients))
            {
                for (var k = 0; k < bank.Coefficients; k++)
                {
                    var column = Enumerable.Range(0, batch.Frames).Select(t => crop[(t * bank.Coefficients) + k]).ToArray();
                    Assert.True(column.All(float.IsFinite));
                    Assert.Equal(0, column.Average(), 2e-4f * (1 + column.Max(Math.Abs)));
                }
            }
        }
    }

    [Fact]
    public void Make_CropsLongerThanUtterances_AreSegmentsOfTheClassJoinedInTheirOrder()
    {
        using var bank = Open(Options("a") with { Versions = 1 });
        var classes = bank.Classes(0.01).Classes;
        var crops = new CropOptions
        {
            ShortestSeconds = 2.5, LongestSeconds = 2.5, NoiseFloorProbability = 0, BandMaskProbability = 0,
            TimeMaskProbability = 0,
        };
        var maker = new BatchMaker(
            bank, classes, new SamplingOptions { Speakers = 4, Utterances = 2 }, crops, new FrontEndSpecification(), 3);
        var batch = maker.Make(0);
        var (frames, count) = (batch.Frames, bank.Coefficients);
        Assert.Equal(250, frames);
        var steps = classes.Select(c => c.Utterances.SelectMany(u => Steps(bank, u, c.Speed)).ToArray()).ToArray();
        for (var i = 0; i < batch.Labels.Length; i++)
        {
            // Means of pieces and of crops come off, so it is the steps from frame to frame that are kept.
            var crop = batch.Features.AsSpan(i * count * frames, count * frames).ToArray();
            var seams = 0;
            for (var t = 1; t < frames; t++)
            {
                var step = Enumerable.Range(0, count).Select(k => crop[(t * count) + k] - crop[((t - 1) * count) + k])
                    .ToArray();
                seams += steps[batch.Labels[i]].Any(known => Near(known, step)) ? 0 : 1;
                Assert.DoesNotContain(
                    steps.Where((_, c) => c != batch.Labels[i]).SelectMany(s => s), known => Near(known, step));
            }

            Assert.InRange(seams, 1, 12);
        }

        static IEnumerable<float[]> Steps(FeatureBank bank, int utterance, int speed)
        {
            var count = bank.Coefficients;
            var all = new Half[bank.Frames(0, utterance, speed) * count];
            bank.Read(0, utterance, speed, 0, all);
            return Enumerable.Range(1, (all.Length / count) - 1).Select(t => Enumerable.Range(0, count)
                .Select(k => (float)all[(t * count) + k] - (float)all[((t - 1) * count) + k]).ToArray());
        }

        static bool Near(float[] one, float[] other)
        {
            for (var k = 0; k < one.Length; k++)
            {
                if (Math.Abs(one[k] - other[k]) > 1e-3)
                {
                    return false;
                }
            }

            return true;
        }
    }

    [Fact]
    public void Make_UnchangedShare_SaysHowOftenTheChangedVersionsAreRead()
    {
        using var both = Open(Options("a"));
        using var unchanged = Open(Options("a") with { Versions = 1 });
        float[][] Batches(FeatureBank bank, double share) =>
            [.. Enumerable.Range(0, 5).Select(step => Maker(bank, share).Make(step).Features)];

        Assert.Equal(Batches(unchanged, 1), Batches(both, 1));
        Assert.NotEqual(Batches(unchanged, 0), Batches(both, 0));
    }

    [Fact]
    public void Open_Sessions_AreMadeInTurnAndUnderANameOfTheirOwn()
    {
        using var plain = Open(Options("a") with { Versions = 3 });
        using var sessions = Open(Options("a") with { Versions = 3, Sessions = ["telephone", "far"] });
        using var turned = Open(Options("a") with { Versions = 3, Sessions = ["far", "telephone"] });
        Assert.Equal(3, new[] { plain.Name, sessions.Name, turned.Name }.Distinct().Count());
        // Log energy of the upper bands against that of all: the telephone's ends below 4 kHz, the room's does not.
        Assert.True(UpperBands(sessions, 1) < UpperBands(sessions, 2) - 1);
        Assert.True(UpperBands(turned, 2) < UpperBands(turned, 1) - 1);

        static double UpperBands(FeatureBank bank, int version)
        {
            var frames = bank.Frames(version, 0, 0);
            var mel = new float[frames * 80];
            new MelDomain(bank.Coefficients, 80).ToMel(bank.Matrix(version, 0, 0, frames).Values, mel);
            return mel.Chunk(80).Average(frame => frame[70..].Average() - frame.Average());
        }
    }

    [Fact]
    public void Make_AcrossVersions_GivesEverySpeakerTheSameVersionsOneForEachCrop()
    {
        using var bank = Open(Options("a") with { Versions = 4 });
        var maker = new BatchMaker(
            bank, bank.Classes(0.01).Classes, new SamplingOptions { Speakers = 4, Utterances = 3 },
            new CropOptions { ShortestSeconds = 0.5, LongestSeconds = 1, AcrossVersions = true },
            new FrontEndSpecification(), 11);
        var drawn = new HashSet<long>();
        for (var step = 0; step < 20; step++)
        {
            var batch = maker.Make(step);
            var channels = batch.Labels.Zip(batch.Channels!).GroupBy(pair => pair.First, pair => pair.Second).ToArray();
            Assert.Equal(4, channels.Length);
            for (var crop = 0; crop < 3; crop++)
            {
                // As recorded where a version has no speech left.
                var versions = channels.Select(speaker => speaker.ElementAt(crop)).Where(v => v != 0).Distinct();
                Assert.True(versions.Count() <= 1);
            }

            Assert.All(channels, speaker => Assert.Distinct(speaker.Where(v => v != 0)));
            drawn.UnionWith(batch.Channels!);
        }

        Assert.Equal([0, 1, 2, 3], drawn.Order());
    }

    [Fact]
    public void Make_WithTargets_GivesEachCropTheMeanOfItsPiecesAndTakesUnlabelledRecordingsToo()
    {
        var unlabelled = Corpus.LoadUnlabelled(_folder.File("speech"));
        Assert.All(unlabelled, utterance => Assert.Equal("", utterance.Speaker));
        using var bank = FeatureBank.Open(
            [.. _corpus.Utterances, .. unlabelled], new FrontEndSpecification(), Options("a"));
        var classes = bank.Classes(0.01).Classes;
        Assert.Equal(6, classes.Count);
        Assert.Equal(12, bank.Unlabelled().Count);
        // One dimension a recording and speed, so that a target says what it is of.
        var entries = bank.Utterances.Count * 2;
        var embeddings = new float[entries * entries];
        for (var i = 0; i < entries; i++)
        {
            embeddings[(i * entries) + i] = 1;
        }

        var taught = new BankEmbeddings(embeddings, entries, 2);
        var sampling = new SamplingOptions { Speakers = 4, Utterances = 2, UnlabelledShare = 0.5 };
        var maker = Maker(new CropOptions { ShortestSeconds = 2.5, LongestSeconds = 2.5 }, null);
        for (var step = 0; step < 5; step++)
        {
            var batch = maker.Make(step);
            Assert.Equal((8, 4, 12), (batch.Labels.Length, batch.Unlabelled, batch.Crops));
            for (var crop = 0; crop < batch.Crops; crop++)
            {
                var target = batch.Targets!.AsSpan(crop * entries, entries).ToArray();
                int[] named = [.. Enumerable.Range(0, entries).Where(i => target[i] > 0.1)];
                if (crop < batch.Labels.Length)
                {
                    var from = classes[(int)batch.Labels[crop]];
                    Assert.All(named, entry => Assert.Contains(entry / 2, from.Utterances));
                    Assert.All(named, entry => Assert.Equal(from.Speed, entry % 2));
                }
                else
                {
                    Assert.InRange(Assert.Single(named) / 2, _corpus.Utterances.Count, bank.Utterances.Count - 1);
                }
            }
        }

        // A target of the longest crops that is turned round shows how far a batch's length is on the way there.
        var lengths = new CropOptions { ShortestSeconds = 0.5, LongestSeconds = 2.5 };
        var (plain, byLength) = (
            Maker(lengths, null), Maker(lengths, taught with { Rows = [.. embeddings.Select(value => -value)] }));
        for (var step = 0; step < 5; step++)
        {
            var (expected, found) = (plain.Make(step), byLength.Make(step));
            var position = Math.Log(expected.Frames * 0.01 / 0.5) / Math.Log(5);
            for (var i = 0; i < expected.Targets!.Length; i++)
            {
                Assert.Equal((1 - (2 * position)) * expected.Targets[i], found.Targets![i], 1e-5);
            }
        }

        BatchMaker Maker(CropOptions crops, BankEmbeddings? ofLong) => new(
            bank, classes, sampling, crops, new FrontEndSpecification(), 11,
            TeacherTargets.Of(taught, ofLong, classes, 0));
    }

    private static BatchMaker Maker(FeatureBank bank, double unchangedShare = 0.5) => new(
        bank,
        bank.Classes(0.01).Classes,
        new SamplingOptions { Speakers = 4, Utterances = 2 },
        new CropOptions { ShortestSeconds = 0.5, LongestSeconds = 2.5, UnchangedShare = unchangedShare },
        new FrontEndSpecification(),
        11);

    private static Half[] Everything(FeatureBank bank)
    {
        var all = new List<Half>();
        for (var version = 0; version < bank.Versions; version++)
        {
            for (var utterance = 0; utterance < bank.Utterances.Count; utterance++)
            {
                for (var speed = 0; speed < 2; speed++)
                {
                    var features = new Half[bank.Frames(version, utterance, speed) * bank.Coefficients];
                    bank.Read(version, utterance, speed, 0, features);
                    all.AddRange(features);
                }
            }
        }

        return [.. all];
    }

    private FeatureBank Open(FeatureBankOptions options, IProgress<FeatureBankProgress>? progress = null) =>
        FeatureBank.Open(_corpus.Utterances, new FrontEndSpecification(), options, progress);

    private FeatureBankOptions Options(string folder) => new()
    {
        Folder = _folder.File(folder), Versions = 2, Speeds = [1, 0.9], BabbleUtterances = 2, Threads = 2,
    };

    /// <summary>Stops the work after so many recordings.</summary>
    private sealed class StopAfter(int utterances, CancellationTokenSource cancellation)
        : IProgress<FeatureBankProgress>
    {
        public void Report(FeatureBankProgress value)
        {
            if (value.Utterances == utterances)
            {
                cancellation.Cancel();
            }
        }
    }

    /// <summary>Which versions were made.</summary>
    private sealed class Recorder : IProgress<FeatureBankProgress>
    {
        public List<int> Versions { get; } = [];

        public void Report(FeatureBankProgress value)
        {
            if (value.Utterances == value.TotalUtterances)
            {
                Versions.AddRange(value.Versions);
            }
        }
    }
}
