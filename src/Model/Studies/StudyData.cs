using System.Security.Cryptography;
using System.Text.Json;
using Speaker.Audio;
using Speaker.Audio.Features;
using Speaker.Audio.Utterances;
using Speaker.Corpora;
using Speaker.Evaluation;
using Speaker.Numerics;
using Speaker.Training.Runs;
using Speaker.Training.Sampling;

namespace Speaker.Training.Studies;

/// <summary>The features that all runs of a study share, computed once: those to learn from, and the held-out
/// speakers'.</summary>
internal sealed class StudyData : IDisposable
{
    private const int FewestSpeakers = 4;

    /// <summary>Of the unbalanced speech: one speaker in so many keeps everything.</summary>
    private const int OneIn = 10;

    /// <summary>Of the unbalanced speech: utterances of the other speakers.</summary>
    private const int UtterancesOfOthers = 2;

    private readonly IReadOnlyList<SpeakerClass> _classes;
    private readonly IReadOnlyList<SpeakerClass> _imbalanced;

    private readonly Teachers? _teachers;

    private StudyData(
        FeatureBank bank, EvaluationSet heldOut, string key, TrainingOptions options, Teachers? teachers)
    {
        Bank = bank;
        _teachers = teachers;
        HeldOut = heldOut;
        Key = key;
        var frameSeconds = (double)options.FrontEnd.HopLength / options.FrontEnd.SampleRate;
        _classes = bank.Classes(frameSeconds).Classes;
        _imbalanced = Unbalance(_classes, bank, frameSeconds);
    }

    public FeatureBank Bank { get; }

    public EvaluationSet HeldOut { get; }

    /// <summary>Recordings that were left out.</summary>
    public IReadOnlyList<SkippedUtterance> Skipped => [.. Bank.Skipped, .. HeldOut.Skipped];

    /// <summary>Names the recordings: runs on others are other runs.</summary>
    public string Key { get; }

    public IReadOnlyList<SpeakerClass> Classes(StudySpeech speech) =>
        speech == StudySpeech.Everything ? _classes : _imbalanced;

    /// <summary>What the teacher makes of every utterance; null where there is none.</summary>
    /// <param name="speakerShare">As <see cref="TrainingOptions.SpeakerMeanShare"/>.</param>
    public TeacherTargets? Targets(double speakerShare) => _teachers?.Targets(_classes, speakerShare);

    /// <summary>The share of the unbalanced utterances that the tenth of speakers with most of them has.</summary>
    public double ShareOfTheFew
    {
        get
        {
            var counts = _imbalanced.Select(c => c.Utterances.Count).OrderDescending().ToArray();
            return (double)counts.Take((counts.Length + OneIn - 1) / OneIn).Sum() / counts.Sum();
        }
    }

    /// <exception cref="ModelException">Too few speakers; the message says how many are needed.</exception>
    /// <exception cref="AudioException">A recording cannot be read.</exception>
    public static StudyData Open(
        Corpus corpus,
        StudyOptions study,
        TimeProvider time,
        IProgress<FeatureBankProgress>? progress,
        IProgress<TeacherProgress>? teacherProgress,
        CancellationToken cancellationToken)
    {
        var options = study.Base();
        var train = Few(corpus.Of(CorpusSplit.Train), study.UtterancesPerSpeaker);
        var dev = Few(corpus.Of(CorpusSplit.Dev), study.HeldOutUtterances);
        CheckSpeakers(corpus.Directory, train, dev);
        var bank = FeatureBank.Open(train, options.FrontEnd, options.Bank, progress, cancellationToken);
        try
        {
            var evaluation = new EvaluationOptions
            {
                Pairs = new TrialPairOptions { MaximumTargets = 3000, MaximumImpostors = 9000 },
            };
            var heldOut = EvaluationSet.FromCorpus(
                dev, options.FrontEnd, new UtteranceOptions(), evaluation, cancellationToken);
            var trials = Evaluator.PairsByCorpus(heldOut).Select(c => c.Pairs.Select(i => heldOut.Pairs[i]).ToArray());
            if (!trials.Any(pairs => pairs.Any(p => p.IsTarget) && pairs.Any(p => !p.IsTarget)))
            {
                throw new ModelException(
                    $"No corpus in {corpus.Directory} has both target and impostor trials among its held-out speakers: "
                    + "speech was heard in too few of their recordings. Two held-out speakers with two recordings each "
                    + "are the least.");
            }

            // Its embeddings' size is the variants' matter, which take it over where they learn them.
            var teachers = study is { Teacher: { } teacher } && study.Wants(ModelClaims.TeacherName)
                ? Teachers.OfBank(
                    bank, corpus, options with { Teachers = [teacher.Path], TeacherWeight = 0 }, time, progress,
                    teacherProgress, cancellationToken)
                : null;
            return new StudyData(bank, heldOut, Fingerprint([.. train, .. dev], options), options, teachers);
        }
        catch
        {
            bank.Dispose();
            throw;
        }
    }

    /// <summary>At most so many utterances of each speaker: the same whatever else there is.</summary>
    public static CorpusUtterance[] Few(IEnumerable<CorpusUtterance> utterances, int most) =>
    [
        .. utterances.GroupBy(u => u.SpeakerKey, StringComparer.Ordinal)
            .SelectMany(speaker => speaker.OrderBy(u => SplitRandom.Key(NameOf(u))).Take(most)),
    ];

    public void Dispose() => Bank.Dispose();

    private static string NameOf(CorpusUtterance utterance) =>
        $"{utterance.SpeakerKey}/{utterance.Session}/{Path.GetFileName(utterance.Path)}";

    private static void CheckSpeakers(string directory, CorpusUtterance[] train, CorpusUtterance[] dev)
    {
        var speakers = train.Select(u => u.SpeakerKey).Distinct(StringComparer.Ordinal).Count();
        var heldOut = dev.GroupBy(u => u.Corpus, StringComparer.Ordinal)
            .Select(c => c.Select(u => u.SpeakerKey).Distinct(StringComparer.Ordinal).Count())
            .DefaultIfEmpty(0).Max();
        if (speakers < FewestSpeakers || heldOut < 2)
        {
            throw new ModelException(
                $"A study needs {FewestSpeakers} speakers or more to learn from and 2 or more held-out ones of one "
                + $"corpus; {directory} has {speakers} and {heldOut}. Without a split column in the manifest 2 are "
                + "held out of 6 and a fifth of more: give 6 speakers or more, with two recordings or more each.");
        }
    }

    private static SpeakerClass[] Unbalance(
        IReadOnlyList<SpeakerClass> classes, FeatureBank bank, double frameSeconds)
    {
        var kept = new HashSet<SpeakerClass>(classes
            .GroupBy(c => c.Corpus, StringComparer.Ordinal)
            .SelectMany(corpus => corpus.OrderByDescending(c => c.Utterances.Count)
                .Take((corpus.Count() + OneIn - 1) / OneIn)));
        return
        [
            .. classes.Select(c =>
            {
                var utterances = kept.Contains(c) ? c.Utterances : [.. c.Utterances.Take(UtterancesOfOthers)];
                return c with
                {
                    Utterances = utterances,
                    Seconds = utterances.Sum(u => bank.Frames(0, u, c.Speed)) * frameSeconds,
                };
            }),
        ];
    }

    private static string Fingerprint(IReadOnlyList<CorpusUtterance> utterances, TrainingOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(
            options.FrontEnd, TrainingJson.Default.FrontEndSpecification));
        foreach (var utterance in utterances)
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(
                $"{NameOf(utterance)} {new FileInfo(utterance.Path).Length}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
