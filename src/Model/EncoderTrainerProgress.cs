namespace Speaker.Training;

/// <summary>Where a run stands; means are over the steps since the last report.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">Mean of the weighted sum of the losses.</param>
/// <param name="UtterancesPerSecond">Crops learnt from a second.</param>
/// <param name="Remaining">Time to the last step at the pace so far.</param>
/// <param name="DevelopmentEer">Mean equal error rate of the dev speakers, 0 to 1; null before the first
/// evaluation.</param>
public sealed record EncoderTrainerProgress(
    int Step, int Steps, double Loss, double UtterancesPerSecond, TimeSpan Remaining, double? DevelopmentEer);
