namespace Speaker.Model.Training;

/// <summary>Averages what the steps show between two reports, and their pace.</summary>
internal sealed class ProgressMeter(TimeProvider time, int firstStep, int steps)
{
    private readonly long _started = time.GetTimestamp();
    private long _last = time.GetTimestamp();
    private StepFigures _sum;
    private int _count;
    private long _crops;

    public void Add(StepFigures figures, int crops)
    {
        _sum = new StepFigures(
            _sum.Loss + figures.Loss,
            _sum.TripletLoss + figures.TripletLoss,
            _sum.SoftmaxLoss + figures.SoftmaxLoss,
            _sum.ActiveFraction + figures.ActiveFraction,
            _sum.MeanPositive + figures.MeanPositive,
            _sum.MeanNegative + figures.MeanNegative);
        _count++;
        _crops += crops;
    }

    /// <summary>The report of a step, and a fresh start of the averages.</summary>
    public TrainingProgress Report(int step, double epoch, double accuracy, double rate, CheckpointState state)
    {
        var elapsed = time.GetElapsedTime(_last).TotalSeconds;
        var perStep = time.GetElapsedTime(_started) / Math.Max(1, step - firstStep);
        var report = new TrainingProgress(
            step,
            steps,
            epoch,
            _sum.Loss / _count,
            _sum.TripletLoss / _count,
            _sum.SoftmaxLoss / _count,
            accuracy,
            _sum.ActiveFraction / _count,
            _sum.MeanPositive / _count,
            _sum.MeanNegative / _count,
            rate,
            _crops / Math.Max(elapsed, 1e-9),
            perStep * (steps - step),
            state.DevEer,
            state.DevEer.Count == 0 ? null : state.DevEer.Values.Average(),
            state.BestStep);
        (_sum, _count, _crops, _last) = (default, 0, 0, time.GetTimestamp());
        return report;
    }
}
