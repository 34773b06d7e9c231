using System.Security.Cryptography;
using System.Text.Json;
using Speaker.Audio;
using Speaker.Audio.Features;
using Speaker.Audio.Utterances;
using Speaker.Corpora;
using Speaker.Evaluation;
using Speaker.Inference;
using Speaker.Metrics;
using Speaker.Models;
using Speaker.Scoring;
using Speaker.Training.Network;
using Speaker.Training.Sampling;
using TorchSharp;

namespace Speaker.Training.Runs;

/// <summary>
/// Trains an encoder on the training speakers of a corpus, watches it on the dev speakers, and writes model and card.
/// </summary>
/// <remarks>
/// The run's whole state is kept in <c>NAME.checkpoint</c> beside the model, written every few minutes and when the run
/// is cancelled; a run with the same options and recordings goes on from it, with the batches it would have seen. It is
/// deleted when the model is written.
/// </remarks>
internal sealed class Trainer
{
    private readonly TrainingOptions _options;
    private readonly TimeProvider _time;

    /// <exception cref="ModelException">An option out of range.</exception>
    public Trainer(TrainingOptions options, TimeProvider? time = null)
    {
        options.Validate();
        _options = options;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>The checkpoint of the run that writes this model.</summary>
    public static string CheckpointPathOf(string modelPath) => Path.ChangeExtension(modelPath, ".checkpoint");

    /// <param name="corpus">Its train split is learnt from, its dev split watched.</param>
    /// <param name="modelPath">NAME.safetensors; NAME.json, NAME.md and a cohort go beside it.</param>
    /// <param name="command">The command line, for the card.</param>
    /// <param name="licences">The licence of each corpus by name, for the card.</param>
    /// <param name="progress">Told every <see cref="TrainingOptions.ReportEvery"/> steps and after each
    /// evaluation.</param>
    /// <param name="bankProgress">Told while features are made.</param>
    /// <param name="teacherProgress">Told while a teacher embeds.</param>
    /// <param name="cancellationToken">Stops the run after the step; a checkpoint is written first.</param>
    /// <exception cref="ModelException">
    /// Too few speakers, a checkpoint of another run or a damaged one, a collapsed or diverged run, no room on the
    /// disk.
    /// </exception>
    /// <exception cref="AudioException">A recording cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the checkpoint is there.</exception>
    public TrainingResult Train(
        Corpus corpus,
        string modelPath,
        string command,
        IReadOnlyDictionary<string, string>? licences = null,
        IProgress<TrainingProgress>? progress = null,
        IProgress<FeatureBankProgress>? bankProgress = null,
        IProgress<TeacherProgress>? teacherProgress = null,
        CancellationToken cancellationToken = default)
    {
        if (_options.Threads > 0)
        {
            torch.set_num_threads(_options.Threads);
        }

        var utterances = corpus.Of(CorpusSplit.Train);
        var dev = EvaluationSet.FromCorpus(
            corpus.Of(CorpusSplit.Dev), _options.FrontEnd, new UtteranceOptions(), new EvaluationOptions(),
            cancellationToken);
        if (_options.Steps == 0)
        {
            using var given = new GivenWeights(
                _options, models => Hear(models, utterances, bankProgress, teacherProgress, cancellationToken));
            return Finish(given.Encoder, CheckpointState.Start(""), [], []);
        }

        CorpusUtterance[] unlabelled =
            [.. _options.Unlabelled.SelectMany(folder => Corpus.LoadUnlabelled(folder, cancellationToken))];
        using var bank = FeatureBank.Open(
            [.. utterances, .. unlabelled], _options.FrontEnd, _options.Bank, bankProgress, cancellationToken);
        var (classes, speechless) = bank.Classes((double)_options.FrontEnd.HopLength / _options.FrontEnd.SampleRate);
        var targets = Teachers
            .OfBank(bank, corpus, _options, _time, bankProgress, teacherProgress, cancellationToken)
            ?.Targets(classes, _options.SpeakerMeanShare);
        // A graphics processor takes batches faster than one thread makes them; a processor has its threads to learn with.
        var makers = Enumerable.Range(0, _options.Device == TrainingDevice.Cpu ? 1 : _options.Bank.Threads)
            .Select(_ => new BatchMaker(
                bank, classes, _options.Sampling, _options.Crops, _options.FrontEnd, _options.Seed, targets))
            .ToArray();
        using var state = new TrainingState(_options, classes);
        var run = Loop(state, makers, dev, Fingerprint(classes), modelPath, progress, cancellationToken);
        if (run.BestStep > 0)
        {
            state.RestoreBest();
        }

        return Finish(state.Shipped, run, speechless, bank.Skipped);

        TrainingResult Finish(
            Encoder encoder,
            CheckpointState run,
            IReadOnlyList<CorpusUtterance> speechless,
            IReadOnlyList<SkippedUtterance> skipped)
        {
            var card = RunCard.Of(
                _options, Path.GetFileNameWithoutExtension(modelPath), command, run, utterances,
                licences ?? new Dictionary<string, string>());
            var speakers = utterances.Select(u => u.SpeakerKey).Distinct(StringComparer.Ordinal).Count();
            var weights = encoder.Store();
            weights = _options.Storage switch
            {
                WeightStorage.Half => TensorFile.Halve(weights),
                WeightStorage.EightBit => EightBitWeights.Round(weights),
                _ => weights,
            };

            var scoring = TrainedScoring.Choose(
                weights,
                card,
                dev,
                () => EvaluationSet.FromCorpus(
                    ConditionGrid.Sample(corpus.Of(CorpusSplit.Dev)), _options.FrontEnd, new UtteranceOptions(),
                    ConditionGrid.Options, cancellationToken),
                _options.AsNorm ?? (speakers >= CohortMaker.EnoughSpeakers && dev.Pairs.Count > 0)
                    ? plain => CohortMaker.Make(
                        plain, utterances, new UtteranceOptions(), _options.Bank.Threads, skipped: null, cancellationToken)
                    : null,
                _options,
                cancellationToken);
            var written = ModelFiles.Save(modelPath, weights, scoring.Card, scoring.Cohort);
            AtomicFile.Write(
                ModelFiles.PagePathOf(modelPath), stream => stream.Write(ModelCardPage.Of(written)));
            File.Delete(CheckpointPathOf(modelPath));
            return new TrainingResult(
                written, scoring.Report, run.Step, run.BestStep > 0 ? run.BestStep : run.Step,
                run.Step < _options.Steps, speechless, skipped);
        }
    }

    /// <summary>What each of some models makes of recordings as they are.</summary>
    private float[][] Hear(
        IReadOnlyList<string> models,
        IReadOnlyList<CorpusUtterance> utterances,
        IProgress<FeatureBankProgress>? bankProgress,
        IProgress<TeacherProgress>? teacherProgress,
        CancellationToken cancellationToken)
    {
        using var heard = FeatureBank.Open(
            utterances, _options.FrontEnd, _options.Bank with { Versions = 1, Speeds = [1.0] }, bankProgress,
            cancellationToken);
        return
        [
            .. models.Select(model => TeacherEmbeddings.Of(
                heard, _options.Bank.Folder, VoiceEncoder.Load(model, cancellationToken), _options.Bank.Threads, _time,
                teacherProgress, network: null, cancellationToken)),
        ];
    }

    private CheckpointState Loop(
        TrainingState state,
        BatchMaker[] makers,
        EvaluationSet dev,
        string fingerprint,
        string modelPath,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        var path = CheckpointPathOf(modelPath);
        var run = File.Exists(path)
            ? state.Read(path, fingerprint)
            : CheckpointState.Start(fingerprint);
        var alarm = CollapseAlarm.Of(_options);
        var meter = new ProgressMeter(_time, run.Step, _options.Steps);
        var (saved, ticked) = (_time.GetTimestamp(), _time.GetTimestamp());
        var perEpoch = (double)makers[0].Utterances;
        using var queue = new BatchQueue<TrainingBatch>(
            [.. makers.Select<BatchMaker, Func<int, TrainingBatch>>(maker => maker.Make)], run.Step, _options.Steps);
        try
        {
            while (run.Step < _options.Steps && run.WithoutImprovement < _options.Patience)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var batch = queue.Take(cancellationToken);
                var figures = state.Learn(batch);
                alarm.Observe(figures);
                meter.Add(figures, batch.Crops);
                run = run with
                {
                    Step = run.Step + 1,
                    CropsSeen = run.CropsSeen + batch.Crops,
                    Seconds = run.Seconds + _time.GetElapsedTime(ticked).TotalSeconds,
                };
                ticked = _time.GetTimestamp();
                var last = run.Step == _options.Steps;
                var evaluated = last || run.Step % _options.EvaluateEvery == 0;
                if (evaluated)
                {
                    // Not to be cancelled: a run taken up again would miss this evaluation.
                    run = Watch(state, dev, run);
                }

                if (evaluated || run.Step % _options.ReportEvery == 0)
                {
                    progress?.Report(meter.Report(
                        run.Step,
                        run.CropsSeen / perEpoch,
                        state.Accuracy(batch),
                        state.LearningRate(batch.Step),
                        run));
                }

                if (!last && _time.GetElapsedTime(saved).TotalMinutes >= _options.CheckpointMinutes)
                {
                    state.Write(path, run);
                    saved = _time.GetTimestamp();
                }
            }
        }
        catch (OperationCanceledException)
        {
            state.Write(path, run);
            throw;
        }

        return run;
    }

    /// <summary>
    /// Measures the shipped weights on the dev speakers and keeps them where they are the best so far.
    /// </summary>
    private CheckpointState Watch(TrainingState state, EvaluationSet dev, CheckpointState run)
    {
        var card = new ModelCard { Name = "training", FrontEnd = _options.FrontEnd, Encoder = _options.Encoder };
        var scores = Evaluator.Score(
            VoiceEncoder.UnderTraining(state.Shipped.Store(), card), dev, Environment.ProcessorCount);
        var rates = Evaluator.EerByCorpus(dev, scores);
        if (rates.Count == 0)
        {
            return run;
        }

        var mean = rates.Values.Average();
        if (mean >= run.BestEer)
        {
            return run with { DevEer = rates, WithoutImprovement = run.WithoutImprovement + 1 };
        }

        state.KeepBest();
        return run with { DevEer = rates, BestStep = run.Step, BestEer = mean, WithoutImprovement = 0 };
    }

    /// <summary>Names what a checkpoint belongs to: the options that shape the run, and the speakers.</summary>
    private string Fingerprint(IReadOnlyList<SpeakerClass> classes)
    {
        var shaping = _options with
        {
            Threads = 0,
            Device = TrainingDevice.Cpu,
            ReportEvery = 1,
            CheckpointMinutes = 0,
            AsNorm = null,
            AsNormTop = AsNormSpecification.DefaultTop,
            Bank = _options.Bank with { Folder = "", Threads = 1 },
        };
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(shaping, TrainingJson.Default.TrainingOptions));
        foreach (var item in classes)
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(
                $"{item.Corpus} {item.Speaker} {item.Speed} {string.Join(',', item.Utterances)}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
