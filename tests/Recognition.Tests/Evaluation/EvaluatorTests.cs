using Speaker.Audio;
using Speaker.Audio.Features;
using Speaker.Audio.Files;
using Speaker.Audio.Utterances;
using Speaker.Calibration;
using Speaker.Corpora;
using Speaker.Evaluation;
using Speaker.Inference;
using Speaker.Metrics;
using Speaker.Models;
using Speaker.Scoring;
using Speaker.Tests.Metrics;

namespace Speaker.Tests.Evaluation;

public sealed class EvaluatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly VoiceEncoder _encoder;

    public EvaluatorTests()
    {
        var specification = new EncoderSpecification
        {
            Width = 16, Dilations = [1, 2], AggregateWidth = 16, AttentionWidth = 8, Dimension = 16,
        };
        var card = RandomEncoder.Card(specification) with
        {
            Calibration = [new CalibrationPoint(0.01, 0.4f, 1000)], Scores = new ScoreCalibration(3, 1),
        };
        _encoder = VoiceEncoder.Load(RandomEncoder.Save(_folder.File("m.safetensors"), card));
        SyntheticSpeech.WriteCorpus(_folder.File("speech"), "s", 3, 3, 1.5, 7);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FromCorpus_UnreadableRecordings_AreNamedAndLeftOut()
    {
        File.WriteAllText(_folder.File("speech", "s0", "empty.wav"), "");
        File.WriteAllText(_folder.File("speech", "s1", "text.flac"), "no sound at all");
        Directory.CreateDirectory(_folder.File("speech", "s2", "folder.wav"));
        var corpus = Corpus.Load(_folder.File("speech"), new CorpusOptions { DevFraction = 0 });

        var set = EvaluationSet.FromCorpus(
            corpus.Utterances, _encoder.Card.FrontEnd, new UtteranceOptions(), new EvaluationOptions());

        Assert.Equal(9, set.Items.Count);
        Assert.Equal(["empty.wav", "text.flac"], set.Skipped.Select(skipped => Path.GetFileName(skipped.Path)));
        Assert.StartsWith("is empty (0 bytes)", set.Skipped[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void FromTrials_MissingRecording_LosesItsTrialsOnly()
    {
        var set = EvaluationSet.FromTrials(
            [new Trial(true, "s0/0.wav", "s0/1.wav"), new Trial(false, "s0/0.wav", "s1/gone.wav")],
            _folder.File("speech"), _encoder.Card.FrontEnd, new UtteranceOptions(), new EvaluationOptions());
        Assert.True(Assert.Single(set.Pairs).IsTarget);
        Assert.EndsWith("gone.wav", Assert.Single(set.Skipped).Path, StringComparison.Ordinal);
    }

    [Fact]
    public void FromCorpus_NothingCanBeRead_Throws()
    {
        CorpusUtterance[] utterances =
        [
            .. Enumerable.Range(0, 2).Select(i => new CorpusUtterance(
                _folder.Write($"{i}.wav", []), "ann", "c", CorpusSplit.Test, "", null)),
        ];
        var error = Assert.Throws<AudioException>(() => EvaluationSet.FromCorpus(
            utterances, _encoder.Card.FrontEnd, new UtteranceOptions(), new EvaluationOptions()));
        Assert.Contains("none of 2 recordings can be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_TrialList_IsWhatEmbeddingEachPairByHandGives()
    {
        var trials = new List<Trial>();
        for (var i = 0; i < 9; i++)
        {
            for (var j = i + 1; j < 9; j++)
            {
                trials.Add(new Trial(i / 3 == j / 3, $"s{i / 3}/{i % 3}.wav", $"s{j / 3}/{j % 3}.wav"));
            }
        }

        var options = new EvaluationOptions { BootstrapDraws = 100 };
        var set = EvaluationSet.FromTrials(
            trials, _folder.File("speech"), _encoder.Card.FrontEnd, new UtteranceOptions(), options);
        var report = Evaluator.Evaluate(_encoder, set, options);

        var reader = _encoder.CreateReader(new UtteranceOptions());
        float[] Embed(string name) => _encoder.Embed(Assert.IsType<Utterance>(
            reader.Analyse(AudioFile.ReadSamples(Path.Combine(_folder.File("speech"), name)))).Features);
        float[] Distances(bool target) =>
            [.. trials.Where(t => t.IsTarget == target).Select(t => Scorer.Cosine.Distance(Embed(t.Enrol), Embed(t.Test)))];
        double[] Ratios(float[] distances) =>
            Array.ConvertAll(distances, distance => new ScoreCalibration(3, 1).LogLikelihoodRatio(distance));
        var (targets, impostors) = (Distances(true), Distances(false));
        Assert.Equal(36, report.All.Trials);
        Assert.Equal(9, report.All.Targets);
        Assert.Equal(3, report.All.Speakers);
        Assert.Equal(ErrorRatesTests.SweepEer(targets, impostors), report.All.Eer, 4);
        Assert.Equal(ErrorRates.Cllr(Ratios(targets), Ratios(impostors)), report.All.Cllr!.Value, 4);
        Assert.Equal(0.4, report.All.Threshold!.Value, 6);
        Assert.Equal(ErrorRates.At(0.4f, targets, impostors), (report.All.Frr!.Value, report.All.Far!.Value));
    }

    [Fact]
    public void Evaluate_Drawings_AreOfTheSameTrials()
    {
        SyntheticSpeech.WriteCorpus(_folder.File("other"), "t", 2, 2, 1.5, 40);
        var options = new EvaluationOptions { BootstrapDraws = 100, Drawings = true };
        var set = EvaluationSet.FromCorpus(
            [.. ((string[])["speech", "other"]).SelectMany(corpus =>
                Corpus.Load(_folder.File(corpus), new CorpusOptions { DevFraction = 0 }).Utterances)],
            _encoder.Card.FrontEnd, new UtteranceOptions(), options);
        var report = Evaluator.Evaluate(_encoder, set, options);
        var drawings = report.Drawings!;
        Assert.Equal(["other", "speech"], drawings.ByCorpus.Keys.Order());
        Assert.Equal(report.All.Eer, drawings.All.EqualErrors.Rate);
        Assert.All(drawings.ByCorpus, corpus =>
        {
            Assert.Equal(report.ByCorpus[corpus.Key].Eer, corpus.Value.EqualErrors.Rate);
            Assert.Equal(report.ByCorpus[corpus.Key].MinDcf01, corpus.Value.LeastCost01.Cost);
        });
        var (targets, impostors) = ScoredTrial.Split(Evaluator.Score(_encoder, set, 1));
        Assert.Equal(DetCurve.Thin(DetCurve.Points(targets, impostors)), drawings.All.Det);
        Assert.Equal(set.Items.Select(item => item.Name), drawings.Map.Select(point => point.Name));
    }

    [Fact]
    public void FromCorpus_OneUtteranceASpeaker_CutsItIntoPiecesAndSaysSo()
    {
        foreach (var file in Directory.GetFiles(_folder.File("speech"), "*.wav", SearchOption.AllDirectories)
                     .Where(f => !f.EndsWith("0.wav", StringComparison.Ordinal)))
        {
            File.Delete(file);
        }

        var corpus = Corpus.Load(_folder.File("speech"), new CorpusOptions { DevFraction = 0 });
        var set = EvaluationSet.FromCorpus(
            corpus.Utterances, _encoder.Card.FrontEnd, new UtteranceOptions(),
            new EvaluationOptions { PieceSeconds = 0.5 });
        Assert.Equal(["speech"], set.Pieces);
        Assert.All(set.Items.GroupBy(i => i.Speaker), group => Assert.InRange(group.Count(), 2, 3));
        Assert.All(set.Items, item => Assert.Equal(50, Assert.Single(item.Segments).SpeechFrames));
        Assert.Contains(set.Pairs, p => p.IsTarget);
        Assert.Contains(set.Pairs, p => !p.IsTarget);
    }

    [Fact]
    public void FromCorpus_SilenceAndMaximumSeconds_SkipsWithTheReasonAndShortens()
    {
        WaveFile.Write(_folder.File("speech/s1/silent.wav"), new float[16000]);
        var corpus = Corpus.Load(_folder.File("speech"), new CorpusOptions { DevFraction = 0 });
        var set = EvaluationSet.FromCorpus(
            corpus.Utterances, _encoder.Card.FrontEnd, new UtteranceOptions(),
            new EvaluationOptions { MaximumSeconds = 0.4 });
        var skipped = Assert.Single(set.Skipped);
        Assert.EndsWith("silent.wav", skipped.Path, StringComparison.Ordinal);
        Assert.NotEmpty(skipped.Reason);
        Assert.Empty(set.Pieces);
        Assert.Equal(9, set.Items.Count);
        Assert.All(set.Items, item => Assert.Equal(40, Assert.Single(item.Segments).SpeechFrames));
    }

    [Fact]
    public void FromTrials_LongRecording_IsHeardInSegmentsAsVerificationHearsIt()
    {
        var path = _folder.File("speech/s0/long.wav");
        WaveFile.Write(path, SyntheticSpeech.Speak(7, 3, 100));
        Trial[] trials = [new(true, "s0/0.wav", "s0/long.wav")];
        EvaluationSet Set(double? seconds) => EvaluationSet.FromTrials(
            trials, _folder.File("speech"), _encoder.Card.FrontEnd, new UtteranceOptions(),
            new EvaluationOptions { MaximumSeconds = seconds });

        var set = Set(null);

        Assert.Equal([1, 2], set.Items.Select(item => item.Segments.Count));
        var mean = _encoder.CreateReader(new UtteranceOptions()).ReadSegments(path)
            .Select(segment => Assert.IsType<Utterance>(segment.Result).Features)
            .Aggregate(EmbeddingMean.Empty, (sum, segment) => sum.Add(_encoder.Embed(segment), segment.Frames));
        var score = Assert.Single(Evaluator.Score(_encoder, set, 1));
        Assert.Equal(
            Scorer.Cosine.Distance(_encoder.Embed(set.Items[0].Segments[0].Features), mean.ToEmbedding()), score.Distance, 1e-5f);
        var shortened = Set(80).Items[1].Segments;
        Assert.Equal(8000, shortened.Sum(segment => segment.SpeechFrames));
        Assert.Equal(set.Items[1].Segments[0].Features.Values, shortened[0].Features.Values);
    }

    [Fact]
    public void FromTrials_MissingFile_IsAnAudioExceptionThatNamesIt()
    {
        var error = Assert.Throws<AudioException>(() => EvaluationSet.FromTrials(
            [new Trial(true, "s0/0.wav", "s0/gone.wav")], _folder.File("speech"), _encoder.Card.FrontEnd,
            new UtteranceOptions(), new EvaluationOptions()));
        Assert.Contains("gone.wav", error.Message, StringComparison.Ordinal);
    }
}
