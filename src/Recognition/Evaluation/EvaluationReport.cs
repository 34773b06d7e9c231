using Speaker.Corpora;
using Speaker.Metrics;
using Speaker.Models;

namespace Speaker.Evaluation;

/// <summary>Figures of one set of trials; rates are fractions.</summary>
/// <param name="Trials">Target and impostor trials.</param>
/// <param name="Targets">Target trials.</param>
/// <param name="Speakers">Speakers in them.</param>
/// <param name="Eer">See <see cref="ErrorRates.Eer"/>.</param>
/// <param name="EerInterval">95 %, see <see cref="SpeakerBootstrap"/>.</param>
/// <param name="MinDcf01">See <see cref="ErrorRates.LeastCost"/>; prior of a target 0.01.</param>
/// <param name="MinDcf05">The same; prior 0.05.</param>
/// <param name="ActDcf01">See <see cref="ErrorRates.ActDcf"/>; null where the model has no score calibration.</param>
/// <param name="ActDcf05">The same; prior 0.05.</param>
/// <param name="Cllr">See <see cref="ErrorRates.Cllr"/>; null where the model has no score calibration.</param>
/// <param name="Threshold">The model's, for the target false-accept rate; null where it has none.</param>
/// <param name="Far">False-accept rate there; where the model has thresholds for trials, at each trial's own.</param>
/// <param name="Frr">Miss rate at the same.</param>
internal sealed record EvaluationFigures(
    long Trials,
    long Targets,
    int Speakers,
    double Eer,
    RateInterval EerInterval,
    double MinDcf01,
    double MinDcf05,
    double? ActDcf01,
    double? ActDcf05,
    double? Cllr,
    double? Threshold,
    double? Far,
    double? Frr);

/// <summary>What is left of the accuracy when there is less speech.</summary>
/// <param name="Seconds">Of speech that each utterance is cut to, as the detector hears it and whatever margin is kept
/// with it; trials with a shorter one are not in.</param>
/// <param name="Figures">Of those trials.</param>
/// <param name="WholeEer">The rate of the same trials with the utterances whole.</param>
/// <param name="EerByCorpus">Each corpus alone.</param>
internal sealed record DurationFigures(
    double Seconds, EvaluationFigures Figures, double WholeEer, IReadOnlyDictionary<string, double> EerByCorpus);

/// <summary>What is left of the accuracy when recordings are worse.</summary>
/// <param name="Condition">Under which they are.</param>
/// <param name="Refused">Utterances that the reader refuses under the condition, though not as recorded; trials with
/// them are not in.</param>
/// <param name="Utterances">All that were heard as recorded.</param>
/// <param name="TestOnly">Enrolled as recorded, the test recording under the condition.</param>
/// <param name="BothSides">Both recordings under the condition, each as its own name draws it.</param>
/// <param name="CleanEer">The rate of the trials of <paramref name="TestOnly"/> as recorded.</param>
/// <param name="EerByCorpus">Each corpus alone, the test recording under the condition.</param>
internal sealed record ConditionFigures(
    ListeningCondition Condition,
    int Refused,
    int Utterances,
    EvaluationFigures TestOnly,
    EvaluationFigures BothSides,
    double CleanEer,
    IReadOnlyDictionary<string, double> EerByCorpus);

/// <summary>What is drawn of one set of trials.</summary>
/// <param name="Det">See <see cref="DetCurve.Thin"/>.</param>
/// <param name="Histogram">Of the distances.</param>
/// <param name="EqualErrors">Where both rates are equal.</param>
/// <param name="LeastCost01">See <see cref="ErrorRates.LeastCost"/>; prior 0.01.</param>
internal sealed record ScoreCurves(
    IReadOnlyList<OperatingPoint> Det,
    ScoreHistogram Histogram,
    EqualErrorRate EqualErrors,
    DetectionCost LeastCost01);

/// <summary>An utterance on the map of the embeddings.</summary>
internal sealed record MappedUtterance(string Name, string Speaker, string Corpus, double X, double Y);

/// <summary>What the report draws.</summary>
/// <param name="All">Of all trials together.</param>
/// <param name="ByCorpus">Of each corpus.</param>
/// <param name="Map">See <see cref="EmbeddingMap"/>.</param>
internal sealed record EvaluationDrawings(
    ScoreCurves All, IReadOnlyDictionary<string, ScoreCurves> ByCorpus, IReadOnlyList<MappedUtterance> Map);

/// <summary>What a model does on a set of recordings.</summary>
/// <param name="All">All trials together, impostors from within each corpus.</param>
/// <param name="ByCorpus">Each corpus alone: the figures to judge by.</param>
/// <param name="Pieces">Corpora whose utterances were cut into pieces for want of a second one a speaker.</param>
/// <param name="Skipped">What could not be measured.</param>
internal sealed record EvaluationReport(
    EvaluationFigures All,
    IReadOnlyDictionary<string, EvaluationFigures> ByCorpus,
    IReadOnlyList<string> Pieces,
    IReadOnlyList<SkippedUtterance> Skipped)
{
    /// <summary>One for each of the options' durations that some target and some impostor trial is long enough
    /// for.</summary>
    public IReadOnlyList<DurationFigures> Durations { get; init; } = [];

    /// <summary>One for each of the options' conditions under which both kinds of trial are left.</summary>
    public IReadOnlyList<ConditionFigures> Conditions { get; init; } = [];

    /// <summary>Every length and the whole, as recorded and under every condition, test only and on both sides; empty
    /// where there are neither durations nor conditions.</summary>
    public IReadOnlyList<ConditionFigure> Grid { get; init; } = [];

    /// <summary>Null unless asked for.</summary>
    public EvaluationDrawings? Drawings { get; init; }
}
