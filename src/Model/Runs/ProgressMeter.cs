using Speaker.Training.Mining;

namespace Speaker.Training.Runs;

/// <summary>Averages what the steps show between two reports, and their pace.</summary>
internal sealed class ProgressMeter(TimeProvider time, int firstStep, int steps)
{
    private readonly long _started = time.GetTimestamp();
    private long _last = time.GetTimestamp();
    private readonly OrderedDictionary<string, (double Sum, int Count)> _losses = new(StringComparer.Ordinal);
    private double _loss;
    private double _active;
    private double _positive;
    private double _negative;
    private double _semiHard;
    private string _miner = "";
    private int _mined;
    private int _count;
    private long _crops;

    public void Add(StepFigures figures, int crops)
    {
        _loss += figures.Loss;
        foreach (var (name, value) in figures.Parts)
        {
            var (sum, count) = _losses.GetValueOrDefault(name);
            _losses[name] = (sum + value, count + 1);
        }

        _miner = figures.Miner;
        // A batch of many corpora may have no negative over any channel: it has no triplets and tells nothing of them.
        if (!double.IsNaN(figures.Mining.ActiveFraction))
        {
            _active += figures.Mining.ActiveFraction;
            _positive += figures.Mining.MeanPositive;
            _negative += figures.Mining.MeanNegative;
            _semiHard += figures.Mining.SemiHardFraction;
            _mined++;
        }

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
            _loss / _count,
            new OrderedDictionary<string, double>(
                _losses.Select(loss => KeyValuePair.Create(loss.Key, loss.Value.Sum / loss.Value.Count)),
                StringComparer.Ordinal),
            accuracy,
            _miner,
            new MiningStatistics(_active / _mined, _positive / _mined, _negative / _mined, _semiHard / _mined),
            rate,
            _crops / Math.Max(elapsed, 1e-9),
            perStep * (steps - step),
            state.DevEer,
            state.DevEer.Count == 0 ? null : state.DevEer.Values.Average(),
            state.BestStep);
        _losses.Clear();
        (_loss, _active, _positive, _negative, _semiHard) = (0, 0, 0, 0, 0);
        (_mined, _count, _crops, _last) = (0, 0, 0, time.GetTimestamp());
        return report;
    }
}
