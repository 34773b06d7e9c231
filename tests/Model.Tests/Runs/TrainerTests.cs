using Microsoft.Extensions.Options;
using Speaker.Audio;
using Speaker.Audio.Features;
using Speaker.Audio.Utterances;
using Speaker.Calibration;
using Speaker.Corpora;
using Speaker.Evaluation;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Losses;
using Speaker.Training.Network;
using Speaker.Training.Runs;
using Speaker.Training.Sampling;
using Speaker.Training.Tests.Network;
using TorchSharp;

namespace Speaker.Training.Tests.Runs;

/// <summary>Whole runs on voices made here: eight to learn from, six others to be told apart.</summary>
public sealed class TrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Corpus _corpus;
    private readonly int _threads = torch.get_num_threads();

    public TrainerTests()
    {
        torch.set_num_threads(1);
        SyntheticSpeech.WriteCorpus(_folder.File("speech"), "train", 8, 4, 2, 100);
        SyntheticSpeech.WriteCorpus(_folder.File("speech"), "dev", 6, 5, 2, 200);
        var lines = Directory.GetFiles(_folder.File("speech"), "*.wav", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path =>
            {
                var speaker = Path.GetFileName(Path.GetDirectoryName(path))!;
                var split = speaker.StartsWith("dev", StringComparison.Ordinal) ? "dev" : "train";
                return $"{speaker}/{Path.GetFileName(path)},{speaker},{split},made,2";
            });
        File.WriteAllLines(_folder.File("speech/manifest.csv"), lines.Prepend("path,speaker,split,corpus,seconds"));
        _corpus = Corpus.Load(_folder.File("speech"));
    }

    public void Dispose()
    {
        torch.set_num_threads(_threads);
        _folder.Dispose();
    }

    [Fact]
    public void Train_MadeVoices_LearnsToTellStrangersApartAndWritesModelAndCard()
    {
        var reports = new Recorder();
        var path = _folder.File("voice.safetensors");
        var result = new Trainer(Options(80)).Train(
            _corpus, path, "train it", new Dictionary<string, string> { ["made"] = "public domain" }, reports);
        var (first, last) = (reports.All[0].Loss, reports.All[^1].Loss);
        Assert.True(last < 0.6 * first, $"{first} to {last}");
        Assert.True(reports.All[^1].Mining.MeanGap > 0);
        Assert.NotNull(result.Dev);
        Assert.Empty(result.Speechless);
        // Six strangers; guessing gives one half.
        Assert.True(result.Dev.All.Eer < 0.25, $"dev EER {result.Dev.All.Eer}");
        var interval = result.Dev.All.EerInterval;
        Assert.InRange(result.Dev.All.Eer, interval.Low - 1e-9, interval.High + 1e-9);
        Assert.Equal(6, result.Dev.All.Speakers);
        Assert.Equal(6 * 10, result.Dev.All.Targets);
        Assert.Equal((30 * 29 / 2), result.Dev.All.Trials);
        Assert.False(File.Exists(Trainer.CheckpointPathOf(path)));

        var encoder = VoiceEncoder.Load(path);
        Assert.Equal(("train it", 80L), (encoder.Card.Training!.Command, encoder.Card.Training.Steps));
        Assert.Equal(
            new TrainingCorpus("made", "public domain", 8, 32, 64), Assert.Single(encoder.Card.Training.Corpora));
        // The card's threshold, put to the dev trials through the loaded model, keeps to its rate.
        var options = new EvaluationOptions { TargetFar = 0.05, BootstrapDraws = 100 };
        var set = EvaluationSet.FromCorpus(
            _corpus.Of(CorpusSplit.Dev), encoder.Card.FrontEnd, new UtteranceOptions(), options);
        var report = Evaluator.Evaluate(encoder, set, options);
        Assert.Equal(result.Dev.All.Eer, report.All.Eer, 6);
        Assert.True(report.All.Far <= 0.05);
        Assert.True(report.All.Cllr < 1);
        Assert.Equal(["made"], report.ByCorpus.Keys);
    }

    [Fact]
    public void Train_FromAModel_StartsWithItsWeights()
    {
        var first = _folder.File("first.safetensors");
        new Trainer(Options(3)).Train(_corpus, first, "");
        var second = _folder.File("second.safetensors");
        new Trainer(Options(1) with { From = [first], LearningRate = 1e-9, Seed = 9, AveragingDecay = 0 })
            .Train(_corpus, second, "");

        using var scope = torch.NewDisposeScope();
        var (before, after) = (TensorFile.Read(first), TensorFile.Read(second));
        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        foreach (var (name, weights) in before.Where(pair => pair.Key.EndsWith(".weight", StringComparison.Ordinal)))
        {
            Assert.All(
                weights.data<float>().ToArray().Zip(after[name].data<float>().ToArray()),
                pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        }
    }

    [Fact]
    public void Train_FromAnotherArchitecture_Throws()
    {
        var first = _folder.File("first.safetensors");
        new Trainer(Options(1)).Train(_corpus, first, "");
        var wider = Options(1) with { From = [first] };
        wider = wider with { Encoder = wider.Encoder with { Dimension = wider.Encoder.Dimension + 1 } };

        var exception = Assert.Throws<ModelException>(
            () => new Trainer(wider).Train(_corpus, _folder.File("second.safetensors"), ""));

        Assert.Contains("first.safetensors", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_NoStepsFromTwoModels_DistancesAreTheMeanOfTheirs()
    {
        var (first, second) = (_folder.File("first.safetensors"), _folder.File("second.safetensors"));
        new Trainer(Options(3)).Train(
            _corpus, first, "train one", new Dictionary<string, string> { ["made"] = "public domain" });
        new Trainer(Options(4) with { Seed = 9 }).Train(_corpus, second, "train two");
        var both = Options(0) with { From = [first, second] };
        var path = _folder.File("both.safetensors");

        Assert.Throws<ModelException>(() => new Trainer(both).Train(_corpus, path, ""));
        var result = new Trainer(both with
        {
            Encoder = both.Encoder with { Branches = 2, Dimension = 2 * both.Encoder.Dimension },
        }).Train(_corpus, path, "join them");

        var joined = VoiceEncoder.Load(path);
        var one = VoiceEncoder.Load(first);
        var two = VoiceEncoder.Load(second);
        var utterances = Enumerable.Range(0, 4).Select(
            i => RandomEncoder.Features(i, 30 + i, both.Encoder.Coefficients)).ToArray();
        var embeddings = new[] { joined, one, two }
            .Select(encoder => utterances.Select(utterance => encoder.Embed(utterance)).ToArray()).ToArray();
        for (var i = 1; i < utterances.Length; i++)
        {
            var (whole, ofOne, ofTwo) = (Cosine(embeddings[0]), Cosine(embeddings[1]), Cosine(embeddings[2]));
            Assert.Equal((ofOne + ofTwo) / 2, whole, 1e-5);

            double Cosine(float[][] all) => all[0].Zip(all[i], (a, b) => (double)a * b).Sum();
        }

        var training = joined.Card.Training!;
        Assert.Equal(("join them", 0L), (training.Command, training.Steps));
        Assert.Equal(
            new TrainingCorpus("made", "public domain", 8, 32, 64), Assert.Single(training.Corpora));
        Assert.Equal([("train one", 3L), ("train two", 4L)], training.From!.Select(run => (run.Command, run.Steps)));
        Assert.Equal((0, 0, false), (result.Steps, result.BestStep, result.StoppedEarly));
        Assert.Equal([0.01, 0.05], result.Card.Calibration.Select(point => point.TargetFar));
        var page = File.ReadAllText(ModelFiles.PagePathOf(path));
        Assert.Contains("2 branches", page, StringComparison.Ordinal);
        Assert.Contains("    train two", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_CancelledAndTakenUp_GivesTheWeightsOfAnUninterruptedRun() =>
        AssertResumes(Options(12) with { EvaluateEvery = 4 });

    [Fact]
    public void Train_EveryLossWithDrawnTripletsTakenUp_GivesTheWeightsOfAnUninterruptedRun() =>
        AssertResumes(Options(12) with
        {
            EvaluateEvery = 4,
            TripletStartShare = 0.25,
            TripletRampShare = 0.5,
            Mining = "batch-all:0.2,distance-weighted:0.7,random",
            ContrastiveWeight = 0.5,
            ContrastivePairs = "mined",
            LiftedWeight = 0.3,
            PrototypicalWeight = 0.2,
            Ge2eWeight = 0.2,
            SoftmaxKind = "plain",
            SoftmaxStopShare = 0.8,
        });

    [Fact]
    public void Train_TripletsAlone_LearnsWithoutASoftmax()
    {
        var reports = new Recorder();
        new Trainer(Options(30) with { SoftmaxWeight = 0, AveragingDecay = 0 }).Train(
            _corpus, _folder.File("t.safetensors"), "", null, reports);
        Assert.All(reports.All, r => Assert.True(r.Losses.Keys.Single() == "triplet" && double.IsNaN(r.Accuracy)));
        var (first, last) = (reports.All.Take(5), reports.All.TakeLast(5));
        Assert.True(last.Average(r => r.Losses["triplet"]) < first.Average(r => r.Losses["triplet"]));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.02)]
    public void Train_CheckpointCutShort_IsRefusedWithItsName(double kept)
    {
        var (options, model) = Interrupted();
        var path = Trainer.CheckpointPathOf(model);
        using (var stream = new FileStream(path, FileMode.Open))
        {
            stream.SetLength((long)(stream.Length * kept));
        }

        var error = Assert.Throws<ModelException>(() => new Trainer(options).Train(_corpus, model, ""));
        Assert.Contains(Path.GetFileName(path), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_CheckpointOfAnotherRun_IsRefusedWithWhatToDo()
    {
        var (options, model) = Interrupted();
        var error = Assert.Throws<ModelException>(
            () => new Trainer(options with { TripletMargin = 0.4 }).Train(_corpus, model, ""));
        Assert.Contains("delete the file", error.Message, StringComparison.Ordinal);
        // What does not shape the run may change.
        var seen = new Recorder();
        new Trainer(options with { ReportEvery = 2, CheckpointMinutes = 60 }).Train(_corpus, model, "", null, seen);
        Assert.Equal(8, seen.All[^1].Step);
    }

    [Fact]
    public void Train_NoImprovement_StopsEarlyWithTheBestWeights()
    {
        // A rate of next to nothing: the error cannot fall, so the first evaluation stays the best.
        var options = Options(60) with { LearningRate = 1e-12, EvaluateEvery = 2, Patience = 3, AveragingDecay = 0 };
        var result = new Trainer(options).Train(_corpus, _folder.File("p.safetensors"), "");
        Assert.True(result.StoppedEarly);
        Assert.InRange(result.Steps, 8, 30);
        Assert.Equal(result.Steps - 6, result.BestStep);
    }

    [Fact]
    public void Train_NoDevSpeakers_WritesAModelWithoutThresholds()
    {
        foreach (var folder in Directory.GetDirectories(_folder.File("speech"), "dev*"))
        {
            Directory.Delete(folder, true);
        }

        File.Delete(_folder.File("speech/manifest.csv"));
        var corpus = Corpus.Load(_folder.File("speech"), new CorpusOptions { DevFraction = 0 });
        var result = new Trainer(Options(4)).Train(corpus, _folder.File("n.safetensors"), "");
        Assert.Null(result.Dev);
        Assert.Equal((4, 4, false), (result.Steps, result.BestStep, result.StoppedEarly));
        Assert.Empty(result.Card.Calibration);
        Assert.Null(result.Card.Scores);
        _ = VoiceEncoder.Load(_folder.File("n.safetensors"));
    }

    [Fact]
    public void Train_FromAModelWithThresholds_TakesOverThoseThatItsTrialsAreTooFewForAndSaysSo()
    {
        var first = _folder.File("first.safetensors");
        var result = new Trainer(Options(20)).Train(_corpus, first, "");
        // 375 impostor trials: enough for 5 % and 1 %, not for 0.1 %.
        Assert.Equal([0.01, 0.05], result.Card.Calibration.Select(point => point.TargetFar));
        Assert.Contains(result.Card.Limitations!, sentence =>
            sentence.Contains("2,625 more impostor trials", StringComparison.Ordinal));
        ModelFiles.UpdateCard(first, result.Card with
        {
            Calibration = [new CalibrationPoint(0.001, 1.9f, 5000), .. result.Card.Calibration.Select(
                point => point with { Threshold = 1.95f })],
        });

        var further = new Trainer(Options(4) with { From = [first] }).Train(
            _corpus, _folder.File("further.safetensors"), "");

        Assert.Equal([0.001, 0.01, 0.05], further.Card.Calibration.Select(point => point.TargetFar));
        var measured = further.Card.Calibration[1];
        Assert.True(measured is { ImpostorTrials: 375, Threshold: < 1.9f });
        // No laxer than what was measured for a laxer rate.
        var inherited = further.Card.Calibration[0];
        Assert.Equal((0, measured.Threshold), (inherited.ImpostorTrials, inherited.Threshold));
        Assert.Contains("not measured", further.Card.CalibratedOn, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_AsNormAskedFor_ModelScoresWithItsTrainingSpeakersAndItsThresholdsAreForThat()
    {
        SyntheticSpeech.WriteCorpus(_folder.File("more"), "train", 12, 2, 2, 100);
        SyntheticSpeech.WriteCorpus(_folder.File("more"), "dev", 4, 4, 2, 200);
        File.WriteAllLines(
            _folder.File("more/manifest.csv"),
            Directory.GetFiles(_folder.File("more"), "*.wav", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(path => (Path: path, Speaker: Path.GetFileName(Path.GetDirectoryName(path))!))
                .Select(f => (f.Path, f.Speaker, Split: f.Speaker.TrimEnd("0123456789".ToCharArray())))
                .Select(f => $"{f.Speaker}/{Path.GetFileName(f.Path)},{f.Speaker},{f.Split},made,2")
                .Prepend("path,speaker,split,corpus,seconds"));
        var corpus = Corpus.Load(_folder.File("more"));
        var path = _folder.File("normalised.safetensors");
        var result = new Trainer(Options(10) with { AsNorm = true, AsNormTop = 5 }).Train(corpus, path, "");

        Assert.Equal((12, 5), (result.Card.AsNorm!.Speakers, result.Card.AsNorm.Top));
        Assert.True(File.Exists(ModelFiles.CohortPathOf(path)));
        Assert.Contains(
            "normalised by the 5 nearest", File.ReadAllText(ModelFiles.PagePathOf(path)), StringComparison.Ordinal);
        var encoder = VoiceEncoder.Load(path);
        var options = new EvaluationOptions { TargetFar = 0.05, BootstrapDraws = 100 };
        var set = EvaluationSet.FromCorpus(
            corpus.Of(CorpusSplit.Dev), encoder.Card.FrontEnd, new UtteranceOptions(), options);
        var report = Evaluator.Evaluate(encoder, set, options);
        Assert.Equal(result.Dev!.All.Eer, report.All.Eer, 6);
        Assert.True(report.All.Far <= 0.05);
    }

    [Fact]
    public void Train_RecordingThatIsNone_IsLeftOutAndNamed()
    {
        File.WriteAllText(_folder.File("speech/train3/2.wav"), "no sound at all");

        var result = new Trainer(Options(4)).Train(_corpus, _folder.File("a.safetensors"), "");

        Assert.Equal("2.wav", Path.GetFileName(Assert.Single(result.Skipped).Path));
        Assert.True(File.Exists(_folder.File("a.safetensors")));
    }

    [Theory]
    [InlineData("contrastive")]
    [InlineData("lifted")]
    [InlineData("prototypical")]
    [InlineData("ge2e")]
    public void Train_OneLossAlone_Falls(string name)
    {
        var options = Options(30) with { TripletWeight = 0, SoftmaxWeight = 0, AveragingDecay = 0 };
        options = name switch
        {
            "contrastive" => options with { ContrastiveWeight = 1 },
            "lifted" => options with { LiftedWeight = 1 },
            "prototypical" => options with { PrototypicalWeight = 1 },
            _ => options with { Ge2eWeight = 1 },
        };
        var reports = new Recorder();
        new Trainer(options).Train(_corpus, _folder.File("one.safetensors"), "", null, reports);
        Assert.All(reports.All, r => Assert.Equal([name], r.Losses.Keys));
        Assert.True(reports.All.TakeLast(5).Average(r => r.Loss) < reports.All.Take(5).Average(r => r.Loss));
    }

    [Fact]
    public void Train_SoftmaxThenTriplets_HandsOverAtItsShare()
    {
        var reports = new Recorder();
        var options = Options(20) with
        {
            SoftmaxStopShare = 0.5, TripletStartShare = 0.4, TripletRampShare = 0.2, Mining = "batch-all:0.7,batch-hard",
        };
        new Trainer(options).Train(_corpus, _folder.File("s.safetensors"), "", null, reports);
        string[] Expected(int step) => step switch
        {
            <= 8 => ["softmax"],
            <= 10 => ["triplet", "softmax"],
            _ => ["triplet"],
        };
        Assert.All(reports.All, r => Assert.Equal(Expected(r.Step), r.Losses.Keys));
        Assert.All(reports.All, r => Assert.Equal(r.Step <= 14 ? "batch-all" : "batch-hard", r.Miner));
        // The tenth step has a half of the triplet loss, the second of the four steps of its ramp.
        var tenth = reports.All[9];
        Assert.Equal((0.5 * tenth.Losses["triplet"]) + tenth.Losses["softmax"], tenth.Loss, 1e-4);
    }

    [Fact]
    public void Train_InBFloat16_LearnsAsTheRunInFloat32()
    {
        (double First, double Last, float[] Weights) Run(bool bFloat16)
        {
            var reports = new Recorder();
            var path = _folder.File($"{bFloat16}.safetensors");
            new Trainer(Options(40) with { BFloat16 = bFloat16 }).Train(_corpus, path, "", null, reports);
            using var scope = torch.NewDisposeScope();
            var weights = TensorFile.Read(path).OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Where(pair => pair.Key.EndsWith(".weight", StringComparison.Ordinal))
                .SelectMany(pair => pair.Value.data<float>().ToArray()).ToArray();
            return (reports.All[0].Loss, reports.All.TakeLast(10).Average(r => r.Loss), weights);
        }

        var (first, last, weights) = Run(false);
        var (roughFirst, roughLast, roughWeights) = Run(true);
        Assert.NotEqual(weights, roughWeights);
        Assert.InRange(roughFirst, 0.98 * first, 1.02 * first);
        // Two runs part ways by rounding alone; what must be alike is how far each has come.
        Assert.InRange((roughFirst - roughLast) / (first - last), 0.8, 1.25);
    }

    private void AssertResumes(TrainingOptions options)
    {
        var whole = _folder.File("whole.safetensors");
        new Trainer(options).Train(_corpus, whole, "");

        var parts = _folder.File("parts.safetensors");
        using (var cancellation = new CancellationTokenSource())
        {
            var stop = new Recorder(report =>
            {
                if (report.Step == 7)
                {
                    cancellation.Cancel();
                }
            });
            Assert.ThrowsAny<OperationCanceledException>(
                () => new Trainer(options).Train(_corpus, parts, "", null, stop, null, null, cancellation.Token));
        }

        Assert.False(File.Exists(parts));
        var seen = new Recorder();
        new Trainer(options).Train(_corpus, parts, "", null, seen);
        Assert.Equal([8, 9, 10, 11, 12], seen.All.Select(r => r.Step));
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(parts));
    }

    [Fact]
    public void Train_WithATeacher_GoesTowardsItAndKeepsWhatItSays()
    {
        var teacher = _folder.File("teacher.safetensors");
        new Trainer(Options(30)).Train(_corpus, teacher, "");
        var seen = new Recorder();
        var pupil = _folder.File("pupil.safetensors");
        var options = Options(60) with
        {
            Teachers = [teacher], Unlabelled = [_folder.File("speech")], TripletWeight = 0, SoftmaxWeight = 0, Seed = 8,
        };

        new Trainer(options).Train(_corpus, pupil, "", null, seen);

        Assert.Equal(["teacher", "similarity"], seen.All[0].Losses.Keys);
        var (first, last) = (seen.All[0].Losses["teacher"], seen.All[^1].Losses["teacher"]);
        Assert.InRange(first, 0.5, 1.5);
        Assert.True(last < 0.5 * first, $"{first} to {last}");
        var kept = Assert.Single(Directory.GetFiles(options.Bank.Folder, "*.teacher.safetensors"));
        var written = File.ReadAllBytes(kept);
        File.Delete(pupil);
        new Trainer(options with { Steps = 2 }).Train(_corpus, pupil, "");
        Assert.Equal(written, File.ReadAllBytes(kept));
    }

    [Fact]
    public void Train_TeacherOfAnotherDimension_SaysWhatToDo()
    {
        var teacher = _folder.File("teacher.safetensors");
        new Trainer(Options(1)).Train(_corpus, teacher, "");
        var wider = Options(1) with { Teachers = [teacher] };
        wider = wider with { Encoder = wider.Encoder with { Dimension = 32 } };

        var error = Assert.Throws<ModelException>(
            () => new Trainer(wider).Train(_corpus, _folder.File("pupil.safetensors"), ""));

        Assert.Contains("teacherWeight", error.Message, StringComparison.Ordinal);
        new Trainer(wider with { TeacherWeight = 0 }).Train(_corpus, _folder.File("pupil.safetensors"), "");
    }

    /// <summary>A teacher beside a file of its own embeddings says what it says alone, in the start's own space.</summary>
    [Fact]
    public void Train_WithATeacherTwice_LearnsTheSameAsWithOne()
    {
        using var scope = torch.NewDisposeScope();
        var teacher = _folder.File("teacher.safetensors");
        var options = Options(2);
        options = options with { Encoder = options.Encoder with { Dimension = 8 } };
        new Trainer(options with { Steps = 20 }).Train(_corpus, teacher, "");
        options = options with { From = [teacher], Teachers = [teacher], TripletWeight = 0, SoftmaxWeight = 0 };
        var alone = First(options);
        var kept = TensorFile.Read(Assert.Single(Directory.GetFiles(options.Bank.Folder, "*.teacher.safetensors")));
        var train = _corpus.Of(CorpusSplit.Train).Select(utterance => utterance.Path).ToList();
        var other = _folder.File("other.safetensors");
        TensorFile.Write(other, new Dictionary<string, torch.Tensor>
        {
            ["embedding"] = torch.stack([.. CorpusManifest.Recordings(_folder.File("speech/manifest.csv")).Select(path =>
                train.IndexOf(path) is >= 0 and var i ? kept["embedding"][i].flip(0) : torch.zeros(8, torch.float16))]),
        });

        var joined = First(options with { Teachers = [teacher, other], TeacherWeights = [1, 2] });

        // Its mean is taken out of them once more, which moves targets a little.
        Assert.Equal(alone["teacher"], joined["teacher"], 0.05);
        Assert.Equal(alone["similarity"], joined["similarity"], 0.05);
        Assert.InRange(alone["teacher"], 0, 0.8);

        IReadOnlyDictionary<string, double> First(TrainingOptions run)
        {
            var seen = new Recorder();
            var pupil = _folder.File("pupil.safetensors");
            new Trainer(run).Train(_corpus, pupil, "", null, seen);
            Assert.Equal(
                run.Teachers.Contains(_folder.File("other.safetensors")),
                ModelFiles.ReadCard(pupil).Origins is
                    [{ Source: "embeddings in other.safetensors, made by another program" }]);
            File.Delete(pupil);
            return seen.All[0].Losses;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Train_InitialShare_WritesTheMeanOfOldAndLearntWeights(int steps)
    {
        var (old, learnt, mean) = (
            _folder.File("old.safetensors"), _folder.File("learnt.safetensors"), _folder.File("mean.safetensors"));
        new Trainer(Options(3)).Train(_corpus, old, "");
        var further = Options(2) with { From = [old], Seed = 9, AveragingDecay = 0, EvaluateEvery = 2 };
        new Trainer(further).Train(_corpus, learnt, "");

        new Trainer(further with { From = steps == 0 ? [learnt, old] : [old], Steps = steps, InitialShare = 0.3 })
            .Train(_corpus, mean, "");

        using var scope = torch.NewDisposeScope();
        var (first, second, mixed) = (TensorFile.Read(old), TensorFile.Read(learnt), TensorFile.Read(mean));
        foreach (var (name, weights) in first.Where(pair => pair.Key.EndsWith(".weight", StringComparison.Ordinal)))
        {
            var (a, b, c) = (
                weights.data<float>().ToArray(), second[name].data<float>().ToArray(),
                mixed[name].data<float>().ToArray());
            Assert.All(
                Enumerable.Range(0, a.Length), i => Assert.Equal((0.3 * a[i]) + (0.7 * b[i]), c[i], 1e-5));
        }
    }

    [Fact]
    public void Train_ModelsOfDifferentNetworks_AreJoinedAsTheyAre()
    {
        var small = Options(2);
        small = small with { Encoder = small.Encoder with { Dimension = 10 } };
        var (first, second, joined) = (
            _folder.File("first.safetensors"), _folder.File("second.safetensors"), _folder.File("joined.safetensors"));
        new Trainer(small).Train(_corpus, first, "");
        new Trainer(small with { Encoder = small.Encoder with { Width = 16, Dimension = 6 } }).Train(_corpus, second, "");
        var encoder = new EncoderSpecification
        {
            Architecture = EncoderArchitecture.Joined, Coefficients = small.Encoder.Coefficients, Dimension = 10,
            Parts = [ModelFiles.ReadCard(first).Encoder, ModelFiles.ReadCard(second).Encoder],
        };

        var result = new Trainer(small with { From = [first, second], Steps = 0, JoinWeights = [1, 0.5], Encoder = encoder })
            .Train(_corpus, joined, "", new Dictionary<string, string> { ["made"] = "public domain" });

        Assert.Equal(encoder, result.Card.Encoder);
        Assert.Equal("public domain", Assert.Single(result.Card.Training!.Corpora).Licence);
        Assert.NotNull(result.Card.CalibratedOn);
        var stored = Safetensors.Read(joined);
        foreach (var (name, tensor) in Safetensors.Read(second))
        {
            Assert.Equal(tensor.Bytes.ToArray(), stored["branches.0.parts.1." + name].Bytes.ToArray());
        }

        Assert.Equal(10, VoiceEncoder.Load(joined).Embed(
            RandomEncoder.Features(1, 50, encoder.Coefficients)).Length);
        var invalid = Assert.Throws<OptionsValidationException>(
            (small with { From = [first, second], Steps = 0, JoinWeights = [1], Encoder = encoder }).Validate).Message;
        Assert.Contains("one for each of the 2 models", invalid, StringComparison.Ordinal);
    }

    private (TrainingOptions Options, string Model) Interrupted()
    {
        var options = Options(8);
        var model = _folder.File("broken.safetensors");
        using var cancellation = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => new Trainer(options).Train(
            _corpus, model, "", null, new Recorder(_ => cancellation.Cancel()), null, null, cancellation.Token));
        return (options, model);
    }

    private TrainingOptions Options(int steps) => new()
    {
        FrontEnd = SyntheticSpeech.FrontEnd,
        Encoder = new EncoderSpecification
        {
            Width = 24, Dilations = [1, 2], AggregateWidth = 32, AttentionWidth = 8, Dimension = 24,
        },
        Bank = new FeatureBankOptions
        {
            Folder = _folder.File("features"), Versions = 2, Speeds = [1], BabbleUtterances = 4, Threads = 2,
        },
        Sampling = new SamplingOptions { Speakers = 6, Utterances = 3 },
        Crops = new CropOptions { ShortestSeconds = 0.5, LongestSeconds = 1 },
        Steps = steps,
        LearningRate = 0.01,
        AveragingDecay = 0.9,
        BFloat16 = false,
        EvaluateEvery = Math.Max(1, steps / 2),
        ReportEvery = 1,
        Threads = 1,
        Seed = 3,
    };

    private sealed class Recorder(Action<TrainingProgress>? then = null) : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> All { get; } = [];

        public void Report(TrainingProgress value)
        {
            All.Add(value);
            then?.Invoke(value);
        }
    }
}
