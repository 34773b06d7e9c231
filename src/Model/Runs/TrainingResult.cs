using Speaker.Corpora;
using Speaker.Evaluation;
using Speaker.Models;

namespace Speaker.Training.Runs;

/// <summary>How a run ended.</summary>
/// <param name="Card">The card as written beside the weights.</param>
/// <param name="Dev">Figures on the dev speakers; null where there are no dev trials.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="BestStep">The step whose weights were kept; the last where there are no dev trials.</param>
/// <param name="StoppedEarly">Whether the dev error had stopped falling before the last step.</param>
/// <param name="Speechless">Training utterances of which nothing was learnt: no speech was found, or they cannot be
/// read.</param>
/// <param name="Skipped">Recordings and noises that could not be read when their features were made.</param>
internal sealed record TrainingResult(
    ModelCard Card,
    EvaluationReport? Dev,
    int Steps,
    int BestStep,
    bool StoppedEarly,
    IReadOnlyList<CorpusUtterance> Speechless,
    IReadOnlyList<SkippedUtterance> Skipped);
