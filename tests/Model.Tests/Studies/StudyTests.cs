using Microsoft.Extensions.Options;
using Speaker.Audio.Features;
using Speaker.Corpora;
using Speaker.Evaluation;
using Speaker.Inference;
using Speaker.Metrics;
using Speaker.Models;
using Speaker.Numerics;
using Speaker.Training.Distances;
using Speaker.Training.Mining;
using Speaker.Training.Network;
using Speaker.Training.Runs;
using Speaker.Training.Studies;
using Speaker.Training.Tests.Runs;
using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Tests.Studies;

/// <summary>Whole studies on voices made here, small enough for a test.</summary>
public sealed class StudyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StudyTests() => SyntheticSpeech.WriteCorpus(_folder.File("speech"), "voice", 12, 4, 2, 100);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_StoppedAndTakenUp_DoesOnlyWhatIsMissingAndGivesTheSame()
    {
        var whole = new Study(Options("whole") with { Jobs = 1 }).Run(Voices());
        var variants = Assert.Single(whole.Claims).Variants;
        Assert.Equal(6, variants.Count);
        Assert.All(variants, v => Assert.Equal(2, v.Runs.Count));
        Assert.NotEqual(variants[0].Runs[0].Loss, variants[^1].Runs[0].Loss);
        Assert.NotEqual(variants[0].Runs[0].Loss, variants[0].Runs[1].Loss);
        Assert.Equal((10, 2), (whole.Subject.Speakers, whole.Subject.HeldOutSpeakers));

        using var stop = new CancellationTokenSource();
        var first = new Recorder(report =>
        {
            if (report.Done == 5)
            {
                stop.Cancel();
            }
        });
        Assert.ThrowsAny<OperationCanceledException>(
            () => new Study(Options("parts")).Run(Voices(), first, null, null, stop.Token));
        var finished = first.Of(StudyEvent.Finished);
        Assert.InRange(finished.Count, 5, 6);

        var second = new Recorder();
        var parts = new Study(Options("parts")).Run(Voices(), second);
        Assert.Equal(finished.Count, second.Of(StudyEvent.Planned).Single().Kept);
        Assert.Equal(12 - finished.Count, second.Of(StudyEvent.Finished).Count);
        Assert.All(parts.Claims[0].Variants.Zip(variants), pair => Assert.All(
            pair.First.Runs.Zip(pair.Second.Runs), runs =>
            {
                Assert.Equal(runs.Second.Draws, runs.First.Draws);
                Assert.Equal(runs.Second.Loss, runs.First.Loss);
            }));
    }

    [Fact]
    public void Run_KeptRunThatIsDamaged_IsDoneAgain()
    {
        var options = Options("study") with { Seeds = 1 };
        new Study(options).Run(Voices());
        var kept = Directory.GetFiles(_folder.File("study/runs"));
        Assert.Equal(6, kept.Length);
        File.WriteAllText(kept[0], "{\"eer\": 0.1");
        var again = new Recorder();
        new Study(options).Run(Voices(), again);
        Assert.Single(again.Of(StudyEvent.Finished));
        // Another number of steps is another run.
        var longer = new Recorder();
        new Study(options with { Steps = 3 }).Run(Voices(), longer);
        Assert.Equal(6, longer.Of(StudyEvent.Finished).Count);
    }

    [Fact]
    public void Run_VariantsThatClaimsShare_AreRunOnce()
    {
        var seen = new Recorder();
        var result = new Study(Options("study") with { Seeds = 1, Only = ["sampling", "mining", "combination"] })
            .Run(Voices(), seen);
        Assert.Equal(["sampling", "mining", "combination"], result.Claims.Select(c => c.Claim.Name));
        // 6 + 7 + 4, of which semi-hard triplets stand in all three and random ones in two.
        Assert.Equal(14, seen.Of(StudyEvent.Finished).Count);
        Assert.Same(result.Claims[0].Of("triplet, semi-hard").Runs[0], result.Claims[2].Of("triplet alone").Runs[0]);
        foreach (var run in result.Claims.SelectMany(c => c.Variants).SelectMany(v => v.Runs))
        {
            Assert.Equal(RunEnding.Finished, run.Ending);
            Assert.InRange(run.Eer, 0, 1);
        }
    }

    [Fact]
    public void Run_MoreSteps_LearnsToTellStrangersApart()
    {
        var options = Options("study") with { Seeds = 1, Only = ["combination"], Steps = 40 };
        var before = new Study(options with { Steps = 1 }).Run(Voices()).Claims[0].Of("joint");
        var after = new Study(options).Run(Voices()).Claims[0].Of("joint");
        Assert.True(after.Runs[0].Loss < 0.7 * before.Runs[0].Loss, $"{before.Runs[0].Loss} to {after.Runs[0].Loss}");
        Assert.True(after.Runs[0].MeanPositive < after.Runs[0].MeanNegative);
    }

    [Fact]
    public void Do_LossThatIsNotFinite_CountsAsGuessing()
    {
        var study = Options("study");
        using var data = StudyData.Open(Voices(), study, TimeProvider.System, null, null, CancellationToken.None);
        var weights = Save("broken", study.Encoder, tensor => tensor.Times(double.NaN)).Path;
        var run = new StudyRun("broken", study.Base() with { From = [weights] }, StudySpeech.Everything);
        var result = run.Do(
            data, new HeldOutDraws(data.HeldOut, 100), TimeProvider.System, _ => { }, CancellationToken.None);

        Assert.Equal((RunEnding.Diverged, 0.5), (result.Ending, result.Eer));
        Assert.Equal(["speech"], result.EerByCorpus.Keys);
        Assert.All(result.Draws, rate => Assert.Equal(0.5, rate));
        Assert.NotNull(result.Message);
    }

    [Fact]
    public void Run_WithATeacher_LearnsItsTermsAndNamesItsWeights()
    {
        var options = Options("study") with { Seeds = 1, Only = [ModelClaims.TeacherName], Steps = 20 };
        var missing = Assert.Throws<OptionsValidationException>(() => new Study(options));
        Assert.Contains("--teacher", missing.Message, StringComparison.Ordinal);

        options = options with { Teacher = Save("teacher", options.Encoder with { Dimension = 12 }) };
        var claim = Assert.Single(new Study(options).Run(Voices()).Claims);
        Assert.Equal(6, claim.Variants.Select(variant => variant.Runs[0].Loss).Distinct().Count());
        // What is learnt from the teacher comes beside the triplets.
        double Loss(string variant) => claim.Of(variant).Runs[0].Loss;
        Assert.True(Loss("triplet and cosine") > Loss("triplet alone"));
        Assert.True(Loss("cosine and similarities alone") < Loss("triplet, cosine and similarities"));

        var again = new Recorder();
        new Study(options).Run(Voices(), again);
        Assert.Empty(again.Of(StudyEvent.Finished));
        // Other weights under the same name are another teacher; triplets alone have none.
        var other = new Recorder();
        new Study(options with { Teacher = Save("teacher", options.Encoder with { Dimension = 12 }, tensor => tensor.Times(2)) })
            .Run(Voices(), other);
        Assert.Equal(5, other.Of(StudyEvent.Finished).Count);
    }

    [Fact]
    public void Run_FromAModel_MixesItsWeightsByTheirShare()
    {
        var options = Options("study") with { Seeds = 1, Only = [ModelClaims.ShareName], Steps = 20 };
        var start = Save("start", options.Encoder with { Dimension = 12 });
        var claim = Assert.Single(new Study(options with { Start = start }).Run(Voices()).Claims);
        Assert.Equal([0, 0.25, 0.5, 0.75, 1], claim.Variants.Select(variant => variant.Variant.Value));
        using var data = StudyData.Open(Voices(), options, TimeProvider.System, null, null, CancellationToken.None);
        var asItWas = Evaluator.EerByCorpus(
            data.HeldOut, Evaluator.Score(VoiceEncoder.Load(start.Path), data.HeldOut, 1, CancellationToken.None));
        Assert.Equal(asItWas, claim.Of("1").Runs[0].EerByCorpus);
        Assert.NotEqual(claim.Of("0").Runs[0].Draws, claim.Of("1").Runs[0].Draws);
    }

    [Fact]
    public void Run_TooFewSpeakers_SaysHowManyAreNeeded()
    {
        foreach (var speaker in Directory.GetDirectories(_folder.File("speech")).Order().Skip(5))
        {
            Directory.Delete(speaker, true);
        }

        var error = Assert.Throws<ModelException>(() => new Study(Options("study")).Run(Voices()));
        Assert.Contains("has 5 and 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("6 speakers or more", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_Imbalanced_AFewKeepEverything()
    {
        using var data = StudyData.Open(Voices(), Options("study"), TimeProvider.System, null, null, CancellationToken.None);
        Assert.All(data.Classes(StudySpeech.Everything), c => Assert.Equal(4, c.Utterances.Count));
        // A tenth of ten speakers is one.
        Assert.Equal(
            [4, .. Enumerable.Repeat(2, 9)],
            data.Classes(StudySpeech.Imbalanced).Select(c => c.Utterances.Count).OrderDescending());
        Assert.Equal(4 / 22.0, data.ShareOfTheFew, 1e-12);
    }

    [Fact]
    public void Measure_OfScores_IsTheRateOfEachDrawsTrialsWrittenOut()
    {
        using var data = StudyData.Open(
            Voices(0.5), Options("study") with { HeldOutUtterances = 3 }, TimeProvider.System, null, null,
            CancellationToken.None);
        var random = SplitRandom.For(4);
        var numbers = data.HeldOut.Items.Select(item => item.Speaker).Distinct().ToList();
        int Number(int item) => numbers.IndexOf(data.HeldOut.Items[item].Speaker);
        var scores = data.HeldOut.Pairs.Select(pair => new ScoredTrial(
            (float)random.NextDouble() + (pair.IsTarget ? 0 : 0.3f), pair.IsTarget, Number(pair.Enrol),
            Number(pair.Test)))
            .ToArray();

        var (eer, draws) = new HeldOutDraws(data.HeldOut, 100).Measure(scores);

        var (targets, impostors) = ScoredTrial.Split(scores);
        Assert.Equal(ErrorRates.Eer(targets, impostors).Rate, Assert.Single(eer).Value, 1e-12);
        for (var draw = 0; draw < draws.Length; draw++)
        {
            var stream = SplitRandom.For(draw, SplitRandom.Key("speech"));
            var drawn = numbers.Select(_ => stream.Next(numbers.Count)).ToArray();
            // Every drawn copy of a speaker has its target trials; every two copies of two speakers theirs.
            var own = drawn.SelectMany(s => scores.Where(t => t.IsTarget && t.EnrolSpeaker == s)).ToArray();
            var others = (from a in drawn from b in drawn from t in scores
                          where !t.IsTarget && t.EnrolSpeaker == a && t.TestSpeaker == b select t).ToArray();
            var expected = others.Length == 0 ? double.NaN : ErrorRates.Eer(
                [.. own.Select(t => t.Distance)], [.. others.Select(t => t.Distance)]).Rate;
            Assert.Equal(expected, draws[draw], 1e-9);
        }
    }

    [Fact]
    public void Run_CostAlone_TimesEveryMinerOnceAndKeepsIt()
    {
        var options = Options("study") with { Only = [MiningCost.Name], MiningBatches = [16, 8] };
        var cost = new Study(options).Run(Voices()).Cost!;
        Assert.Equal([8, 16], cost.Times.Select(t => t.Batch));
        Assert.All(cost.Times, t =>
        {
            Assert.Equal(TripletMiner.Names, t.MiningMilliseconds.Keys);
            Assert.True(t.StepMilliseconds > 0);
            Assert.All(t.MiningMilliseconds.Values, ms => Assert.True(ms > 0));
        });
        var again = new Recorder();
        Assert.Equal(
            cost.Times[0].StepMilliseconds, new Study(options).Run(Voices(), again).Cost!.Times[0].StepMilliseconds);
        Assert.Empty(again.Of(StudyEvent.MiningTimed));
    }

    /// <summary>A model of random weights, each of them changed.</summary>
    private StudyModel Save(
        string name, EncoderSpecification specification, Func<torch.Tensor, torch.Tensor>? change = null)
    {
        var path = _folder.File(name + ".safetensors");
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(1);
        using var encoder = new Encoder(specification);
        var state = ModuleState.Of(encoder);
        if (change is not null)
        {
            ModuleState.Copy(
                state.ToDictionary(
                    pair => pair.Key,
                    pair => pair.Value.dtype == torch.ScalarType.Float32 ? change(pair.Value.detach()) : pair.Value),
                state);
        }

        ModelFiles.Save(
            path, TensorFile.Store(state), new ModelCard { Name = name, FrontEnd = new(), Encoder = specification });
        return StudyModel.Find(path);
    }

    private Corpus Voices(double heldOut = 0.2) =>
        Corpus.Load(_folder.File("speech"), new CorpusOptions { DevFraction = heldOut });

    private StudyOptions Options(string folder) => new()
    {
        Folder = _folder.File(folder),
        Only = ["margin"],
        Steps = 2,
        Seeds = 2,
        Draws = 100,
        Jobs = 2,
        FrontEnd = SyntheticSpeech.FrontEnd,
        Encoder = new EncoderSpecification
        {
            Width = 16, Dilations = [1, 2], AggregateWidth = 24, AttentionWidth = 8, Dimension = 16,
        },
    };

    private sealed class Recorder(Action<StudyProgress>? then = null) : IProgress<StudyProgress>
    {
        private readonly Lock _gate = new();
        private readonly List<StudyProgress> _all = [];

        public List<StudyProgress> Of(StudyEvent kind) => [.. _all.Where(report => report.Event == kind)];

        public void Report(StudyProgress value)
        {
            lock (_gate)
            {
                _all.Add(value);
            }

            then?.Invoke(value);
        }
    }
}
