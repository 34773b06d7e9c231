namespace Speaker.Training;

/// <summary>How a run ended.</summary>
/// <param name="ModelPath">The weights file; its card, its page and its cohort lie beside it.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="BestStep">The step whose weights were kept; the last where there are no dev trials.</param>
/// <param name="StoppedEarly">Whether the error of the dev speakers had stopped falling before the last step.</param>
/// <param name="DevelopmentEer">Equal error rate of the dev speakers, 0 to 1; null where there are no trials between
/// them.</param>
/// <param name="Speechless">Recordings in which no speech was found.</param>
public sealed record EncoderTrainerResult(
    string ModelPath, int Steps, int BestStep, bool StoppedEarly, double? DevelopmentEer,
    IReadOnlyList<string> Speechless);
