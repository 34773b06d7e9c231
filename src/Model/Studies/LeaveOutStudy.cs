using Speaker.Audio;
using Speaker.Audio.Utterances;
using Speaker.Audio.Validation;
using Speaker.Corpora;
using Speaker.Evaluation;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Network;
using Speaker.Training.Runs;
using Speaker.Training.Sampling;
using TorchSharp;

namespace Speaker.Training.Studies;

/// <summary>
/// Judges a recipe by what it gives on corpora that it did not learn from: groups of corpora are left out of training in
/// turn, and the model that the others give is measured on the group. Dev speakers of the training corpora share their
/// microphones, rooms and language with those learnt from, and rank recipes by that.
/// </summary>
/// <remarks>
/// Features and the teacher's embeddings are made once, for all groups. What is learnt from is the train split of the
/// other corpora; what is judged is every split of the group, since nothing of it was learnt from. The weights of the last
/// step are judged: choosing the best step by the group would be learning from it.
/// </remarks>
internal sealed class LeaveOutStudy
{
    private const int FewestSpeakers = 2;

    private static readonly TrialPairOptions Pairs = new() { MaximumTargets = 3000, MaximumImpostors = 9000 };

    private readonly LeaveOutOptions _options;
    private readonly TrainingOptions _training;
    private readonly TimeProvider _time;

    /// <exception cref="ModelException">An option out of range.</exception>
    public LeaveOutStudy(LeaveOutOptions options, TimeProvider? time = null)
    {
        options.Validate();
        _options = options;
        _training = options.Training;
        _time = time ?? TimeProvider.System;
    }

    /// <param name="corpus">Of several corpora.</param>
    /// <param name="progress">Told of every step and every finished group.</param>
    /// <param name="bankProgress">Told while features are made.</param>
    /// <param name="teacherProgress">Told while a teacher embeds.</param>
    /// <param name="cancellationToken">Stops after the step.</param>
    /// <exception cref="ModelException">A group that there is not, or with nothing to judge or nothing left to learn
    /// from; a run that diverged.</exception>
    /// <exception cref="AudioException">No recording can be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; features and the teacher's embeddings are kept.</exception>
    public LeaveOutResult Run(
        Corpus corpus,
        IProgress<LeaveOutProgress>? progress = null,
        IProgress<FeatureBankProgress>? bankProgress = null,
        IProgress<TeacherProgress>? teacherProgress = null,
        CancellationToken cancellationToken = default)
    {
        if (_training.Threads > 0)
        {
            torch.set_num_threads(_training.Threads);
        }

        var (strangers, learntLeftOut) = Strangers(corpus);
        var groups = Groups(corpus, strangers);
        CorpusUtterance[] unlabelled =
            [.. _training.Unlabelled.SelectMany(folder => Corpus.LoadUnlabelled(folder, cancellationToken))];
        using var bank = FeatureBank.Open(
            [.. corpus.Of(CorpusSplit.Train), .. unlabelled], _training.FrontEnd, _training.Bank, bankProgress,
            cancellationToken);
        var teachers = Teachers.OfBank(
            bank, corpus, _training, _time, bankProgress, teacherProgress, cancellationToken);
        var classes = bank.Classes((double)_training.FrontEnd.HopLength / _training.FrontEnd.SampleRate).Classes;
        var results = new List<LeftOutGroup>();
        var skipped = new List<SkippedUtterance>(bank.Skipped);
        foreach (var group in groups)
        {
            var judged = Judged(strangers, group, cancellationToken);
            skipped.AddRange(judged.Skipped);
            var place = new LeaveOutProgress(
                string.Join(", ", group), results.Count + 1, groups.Count, 0, _training.Steps, null);
            var left = classes.Where(item => !group.Contains(item.Corpus)).ToArray();
            if (left.Select(item => item.Speaker).Distinct().Count() < FewestSpeakers)
            {
                throw new ModelException(
                    $"Without {place.Group} fewer than {FewestSpeakers} speakers are left to train on: leave fewer "
                    + "corpora out together.");
            }

            // As those of a run that has never heard of the group.
            var targets = teachers?
                .Without(i => bank.Utterances[i] is { Speaker.Length: > 0 } heard && group.Contains(heard.Corpus))
                .Targets(left, _training.SpeakerMeanShare);
            var result = Do(bank, left, targets, group, judged, place, progress, cancellationToken);
            results.Add(result);
            progress?.Report(place with { Step = _training.Steps, Finished = result });
        }

        return new LeaveOutResult(results, learntLeftOut, [.. skipped.DistinctBy(recording => recording.Path)]);
    }

    /// <summary>Utterances of speakers that no model of the recipe learnt from.</summary>
    private (IReadOnlyList<CorpusUtterance> Utterances, int? SpeakersLeftOut) Strangers(Corpus corpus)
    {
        // A file of embeddings does not say whom the one who made them learnt from.
        string[] models = [.. _training.From, .. _training.Teachers.Where(teacher => !TeacherFile.IsOne(teacher))];
        var isKnown = !_training.Teachers.Any(TeacherFile.IsOne);
        LearntSpeakers[] learnt = [.. models.Select(model => LearntSpeakers.Of(ModelFiles.ReadCard(model)))];
        CorpusUtterance[] others = [.. corpus.Utterances.Where(
            utterance => !learnt.Any(speakers => speakers.Contains(utterance)))];
        var leftOut = corpus.Utterances.Except(others).Select(utterance => utterance.SpeakerKey).Distinct().Count();
        return (others, isKnown && learnt.All(speakers => speakers.IsKnown) ? leftOut : null);
    }

    private IReadOnlyList<IReadOnlyList<string>> Groups(Corpus corpus, IReadOnlyList<CorpusUtterance> strangers)
    {
        string[] names =
            [.. corpus.Utterances.Select(utterance => utterance.Corpus).Distinct().Order(StringComparer.Ordinal)];
        if (_options.Groups.SelectMany(group => group).FirstOrDefault(name => !names.Contains(name)) is { } unknown)
        {
            throw new ModelException(
                $"There is no corpus named {unknown} in {corpus.Directory}; there {(names.Length == 1 ? "is" : "are")} "
                + $"{string.Join(", ", names)}.");
        }

        if (_options.Groups.Count > 0)
        {
            return _options.Groups;
        }

        IReadOnlyList<string>[] each =
        [
            .. names.Where(name => strangers.Where(utterance => utterance.Corpus == name)
                .Select(utterance => utterance.Speaker).Distinct().Count() >= FewestSpeakers)
                .Select(name => (string[])[name]),
        ];
        return each.Length > 0 && names.Length > 1
            ? each
            : throw new ModelException(
                $"{corpus.Directory} holds {Plural.Of(names.Length, "corpus", "corpora")}: leaving one out takes two or more, "
                + "named in the column corpus of the manifest, one of them with two speakers or more that no model of "
                + "the recipe learnt from.");
    }

    private EvaluationSet Judged(
        IReadOnlyList<CorpusUtterance> strangers, IReadOnlyList<string> group, CancellationToken cancellationToken)
    {
        var utterances = StudyData.Few(
            strangers.Where(utterance => group.Contains(utterance.Corpus)), _options.Utterances);
        var set = utterances.Length == 0 ? null : EvaluationSet.FromCorpus(
            utterances, _training.FrontEnd, new UtteranceOptions(), new EvaluationOptions { Pairs = Pairs },
            cancellationToken);
        return set is not null && Evaluator.PairsByCorpus(set).Any(corpus =>
                corpus.Pairs.Any(i => set.Pairs[i].IsTarget) && corpus.Pairs.Any(i => !set.Pairs[i].IsTarget))
            ? set
            : throw new ModelException(
                $"There is nothing to judge by in {string.Join(", ", group)}: a corpus of the group needs two speakers with "
                + "speech in their recordings that no model of the recipe learnt from. Leave others out, or start from "
                + "another model.");
    }

    private LeftOutGroup Do(
        FeatureBank bank,
        SpeakerClass[] classes,
        TeacherTargets? targets,
        IReadOnlyList<string> group,
        EvaluationSet judged,
        LeaveOutProgress place,
        IProgress<LeaveOutProgress>? progress,
        CancellationToken cancellationToken)
    {
        using var state = new TrainingState(_training, classes);
        var initial = _training.From.Count > 0 ? Rates(state, judged, cancellationToken) : null;
        var alarm = CollapseAlarm.Of(_training);
        var maker = new BatchMaker(
            bank, classes, _training.Sampling, _training.Crops, _training.FrontEnd, _training.Seed, targets);
        var started = _time.GetTimestamp();
        using (var queue = new BatchQueue<TrainingBatch>([maker.Make], 0, _training.Steps))
        {
            for (var step = 1; step <= _training.Steps; step++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                alarm.Observe(state.Learn(queue.Take(cancellationToken)));
                progress?.Report(place with { Step = step });
            }
        }

        var minutes = _time.GetElapsedTime(started).TotalMinutes;
        var rates = Rates(state, judged, cancellationToken);
        return new LeftOutGroup(
            group,
            judged.Pairs.Count,
            judged.Pairs.Count(pair => pair.IsTarget),
            judged.Items.Select(item => item.Speaker).Distinct(StringComparer.Ordinal).Count(),
            rates.Values.Average(),
            rates,
            initial?.Values.Average(),
            initial,
            _training.Steps,
            minutes);
    }

    private SortedDictionary<string, double> Rates(
        TrainingState state, EvaluationSet judged, CancellationToken cancellationToken)
    {
        var card = new ModelCard { Name = "left out", FrontEnd = _training.FrontEnd, Encoder = _training.Encoder };
        var encoder = VoiceEncoder.UnderTraining(state.Shipped.Store(), card);
        return Evaluator.EerByCorpus(
            judged, Evaluator.Score(encoder, judged, Environment.ProcessorCount, cancellationToken));
    }
}
