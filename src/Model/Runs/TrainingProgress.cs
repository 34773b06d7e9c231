using Speaker.Training.Mining;

namespace Speaker.Training.Runs;

/// <summary>
/// Where a run stands. Losses, rates and distances are means over the steps since the last report; distances are in the
/// unit of the triplet loss.
/// </summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Epoch">Crops seen over training utterances times speeds.</param>
/// <param name="Loss">The weighted sum.</param>
/// <param name="Losses">
/// Each loss before its weight, by name in the order of the sum: triplet, teacher, similarity, contrastive, lifted,
/// prototypical, ge2e, softmax. Those without a weight are not there.
/// </param>
/// <param name="Accuracy">
/// Share of the last batch's crops whose nearest class is their own; NaN where there is no softmax.
/// </param>
/// <param name="Miner">Of the last step.</param>
/// <param name="Mining">Of the mined triplets, whether a loss reads them or not.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="UtterancesPerSecond">Crops learnt from a second, since the last report.</param>
/// <param name="Remaining">Time to the last step at the pace so far.</param>
/// <param name="DevEer">Equal error rate by corpus at the last evaluation; empty before the first.</param>
/// <param name="MeanDevEer">Their mean, or null before the first evaluation.</param>
/// <param name="BestStep">The step of the best evaluation so far, 0 before the first.</param>
internal sealed record TrainingProgress(
    int Step,
    int Steps,
    double Epoch,
    double Loss,
    IReadOnlyDictionary<string, double> Losses,
    double Accuracy,
    string Miner,
    MiningStatistics Mining,
    double LearningRate,
    double UtterancesPerSecond,
    TimeSpan Remaining,
    IReadOnlyDictionary<string, double> DevEer,
    double? MeanDevEer,
    int BestStep);
