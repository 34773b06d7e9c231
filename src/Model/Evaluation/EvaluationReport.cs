namespace Speaker.Model.Evaluation;

/// <summary>An utterance that was not measured, and why.</summary>
public sealed record SkippedUtterance(string Path, string Reason);

/// <summary>Figures of one set of trials; rates are fractions.</summary>
/// <param name="Trials">Target and impostor trials.</param>
/// <param name="Targets">Target trials.</param>
/// <param name="Speakers">Speakers in them.</param>
/// <param name="Eer">See <see cref="ErrorRates.Eer"/>.</param>
/// <param name="EerInterval">95 %, see <see cref="SpeakerBootstrap"/>.</param>
/// <param name="MinDcf01">See <see cref="ErrorRates.MinDcf"/>; prior of a target 0.01.</param>
/// <param name="MinDcf05">The same; prior 0.05.</param>
/// <param name="ActDcf01">See <see cref="ErrorRates.ActDcf"/>; null where the model has no score calibration.</param>
/// <param name="Cllr">See <see cref="ErrorRates.Cllr"/>; null where the model has no score calibration.</param>
/// <param name="Threshold">The model's, for the target false-accept rate; null where it has none.</param>
/// <param name="Far">False-accept rate at that threshold.</param>
/// <param name="Frr">Miss rate at that threshold.</param>
public sealed record EvaluationFigures(
    long Trials,
    long Targets,
    int Speakers,
    double Eer,
    RateInterval EerInterval,
    double MinDcf01,
    double MinDcf05,
    double? ActDcf01,
    double? Cllr,
    double? Threshold,
    double? Far,
    double? Frr);

/// <summary>What a model does on a set of recordings.</summary>
/// <param name="All">All trials together, impostors from within each corpus.</param>
/// <param name="ByCorpus">Each corpus alone: the figures to judge by.</param>
/// <param name="Pieces">Corpora whose utterances were cut into pieces for want of a second one a speaker.</param>
/// <param name="Skipped">What could not be measured.</param>
public sealed record EvaluationReport(
    EvaluationFigures All,
    IReadOnlyDictionary<string, EvaluationFigures> ByCorpus,
    IReadOnlyList<string> Pieces,
    IReadOnlyList<SkippedUtterance> Skipped);
