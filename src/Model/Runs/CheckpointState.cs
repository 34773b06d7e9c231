namespace Speaker.Training.Runs;

/// <summary>
/// The part of a checkpoint that is not tensors. Batches follow from seed and step, so no generator is kept.
/// </summary>
/// <param name="Step">Steps done: the run goes on with the batch of this number.</param>
/// <param name="Fingerprint">Of options and recordings; another run's checkpoint is refused.</param>
/// <param name="BestStep">Steps done at the best evaluation, 0 before the first.</param>
/// <param name="BestEer">Mean dev EER there; the largest number before the first.</param>
/// <param name="WithoutImprovement">Evaluations since.</param>
/// <param name="CropsSeen">Crops learnt from.</param>
/// <param name="Seconds">Wall-clock time of all parts of the run.</param>
/// <param name="DevEer">Of the last evaluation.</param>
internal sealed record CheckpointState(
    int Step,
    string Fingerprint,
    int BestStep,
    double BestEer,
    int WithoutImprovement,
    long CropsSeen,
    double Seconds,
    SortedDictionary<string, double> DevEer)
{
    /// <summary>Of a run before its first step.</summary>
    public static CheckpointState Start(string fingerprint) =>
        new(0, fingerprint, 0, double.MaxValue, 0, 0, 0, []);
}
