namespace Speaker.Model.Training;

/// <summary>
/// Where a run stands. Losses, rates and distances are means over the steps since the last report; distances are in the
/// unit of the triplet loss.
/// </summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Epoch">Crops seen over training utterances times speeds.</param>
/// <param name="Loss">The weighted sum.</param>
/// <param name="TripletLoss">Before its weight.</param>
/// <param name="SoftmaxLoss">Before its weight; NaN where there is no softmax.</param>
/// <param name="Accuracy">
/// Share of the last batch's crops whose nearest class is their own; NaN where there is no softmax.
/// </param>
/// <param name="ActiveFraction">Share of mined triplets with a loss above 0.</param>
/// <param name="MeanPositive">Mean d(a,p) of the mined triplets.</param>
/// <param name="MeanNegative">Mean d(a,n) of the mined triplets.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="UtterancesPerSecond">Crops learnt from a second, since the last report.</param>
/// <param name="Remaining">Time to the last step at the pace so far.</param>
/// <param name="DevEer">Equal error rate by corpus at the last evaluation; empty before the first.</param>
/// <param name="MeanDevEer">Their mean, or null before the first evaluation.</param>
/// <param name="BestStep">The step of the best evaluation so far, 0 before the first.</param>
public sealed record TrainingProgress(
    int Step,
    int Steps,
    double Epoch,
    double Loss,
    double TripletLoss,
    double SoftmaxLoss,
    double Accuracy,
    double ActiveFraction,
    double MeanPositive,
    double MeanNegative,
    double LearningRate,
    double UtterancesPerSecond,
    TimeSpan Remaining,
    IReadOnlyDictionary<string, double> DevEer,
    double? MeanDevEer,
    int BestStep);
