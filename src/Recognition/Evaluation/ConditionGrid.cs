using Speaker.Calibration;
using Speaker.Corpora;
using Speaker.Inference;
using Speaker.Models;

namespace Speaker.Evaluation;

/// <summary>
/// Trials of every length and condition to calibrate on. A part of the recordings is enough: each is heard under six
/// conditions and embedded in six lengths.
/// </summary>
internal static class ConditionGrid
{
    /// <summary>Recordings of a corpus that are taken.</summary>
    private const int MostRecordings = 100;

    /// <summary>The rate that the card shows the table of.</summary>
    private const double ShownRate = 0.01;

    /// <summary>Lengths in seconds of speech beside the whole.</summary>
    private static readonly double[] Lengths = [0.5, 1, 2, 4, 8];

    private static readonly ListeningCondition[] Conditions =
    [
        ListeningCondition.Noise15, ListeningCondition.Noise5, ListeningCondition.Room, ListeningCondition.Telephone,
        ListeningCondition.Opus,
    ];

    /// <summary>How <see cref="Of"/> needs its set to be read.</summary>
    public static EvaluationOptions Options { get; } = new()
    {
        Conditions = Conditions,
        Durations = Lengths,
        Pairs = new TrialPairOptions { MaximumTargets = 300, MaximumImpostors = 900 },
    };

    /// <summary>At most a hundred recordings of each corpus, its speakers in turn.</summary>
    public static IReadOnlyList<CorpusUtterance> Sample(IReadOnlyList<CorpusUtterance> utterances) =>
    [
        .. utterances.GroupBy(utterance => utterance.Corpus, StringComparer.Ordinal).SelectMany(corpus => corpus
            .GroupBy(utterance => utterance.SpeakerKey, StringComparer.Ordinal)
            .SelectMany(speaker => speaker.Select((utterance, place) => (utterance, place)))
            .OrderBy(part => part.place)
            .Select(part => part.utterance)
            .Take(MostRecordings)),
    ];

    /// <summary>The trials between at most a hundred of the recordings that trials name, those first named.</summary>
    public static IReadOnlyList<Trial> Sample(IReadOnlyList<Trial> trials)
    {
        var names = trials.SelectMany(trial => (string[])[trial.Enrol, trial.Test]).Distinct(StringComparer.Ordinal)
            .Take(MostRecordings).ToHashSet(StringComparer.Ordinal);
        return [.. trials.Where(trial => names.Contains(trial.Enrol) && names.Contains(trial.Test))];
    }

    /// <summary>The set's trials, scored in every length and under every condition.</summary>
    /// <param name="encoder">Whose distances they are.</param>
    /// <param name="set">Read with <see cref="Options"/>.</param>
    /// <param name="cancellationToken">Stops the embedding.</param>
    public static IReadOnlyList<ConditionTrials> Of(
        VoiceEncoder encoder, EvaluationSet set, CancellationToken cancellationToken = default) =>
        Evaluator.ScoreGrid(encoder, set, Options, cancellationToken);

    /// <summary>The card with thresholds for every length and condition, and what they hold; as it is where the trials are
    /// too few, or the card has no thresholds.</summary>
    /// <param name="card">Calibrated.</param>
    /// <param name="groups">From <see cref="Of"/>, with the distances of the card's scoring.</param>
    /// <param name="cancellationToken">Stops the fitting.</param>
    public static ModelCard Calibrate(
        ModelCard card, IReadOnlyList<ConditionTrials> groups, CancellationToken cancellationToken = default)
    {
        var rates = card.Calibration.Where(point => point.ImpostorTrials > 0).Select(point => point.TargetFar).ToArray();
        if (TrialThresholdFit.Of(groups, rates, cancellationToken) is not { } thresholds)
        {
            return card;
        }

        var shown = rates.Contains(ShownRate) ? ShownRate : rates.Min();
        return card with
        {
            TrialThresholds = thresholds with
            {
                HeldRate = shown,
                Held = TrialThresholdFit.Held(groups, shown, cancellationToken),
            },
        };
    }
}
