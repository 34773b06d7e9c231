namespace Speaker.Training.Studies;

/// <summary>Where a study stands.</summary>
/// <param name="Kept">Runs that were there from an earlier call.</param>
/// <param name="Done">Runs done by this call.</param>
/// <param name="ToDo">Runs that this call had to do in all.</param>
/// <param name="Remaining">Time to the end at the pace so far; null before there is one.</param>
/// <param name="Event">What happened.</param>
/// <param name="Label">The run, or the batch whose mining was timed.</param>
/// <param name="Result">Of the run that finished.</param>
internal sealed record StudyProgress(
    int Kept, int Done, int ToDo, TimeSpan? Remaining, StudyEvent Event, string Label, RunResult? Result);

/// <summary>What a study tells.</summary>
internal enum StudyEvent
{
    /// <summary>What is to be done is known.</summary>
    Planned,

    /// <summary>Mining was timed at a batch size.</summary>
    MiningTimed,

    /// <summary>The first steps are done: how long it will take can be said.</summary>
    Estimated,

    /// <summary>Steps were done.</summary>
    Stepped,

    /// <summary>A run finished.</summary>
    Finished,
}

/// <summary>Measures the pace of the runs and tells where they stand; thread safe.</summary>
internal sealed class StudyPace
{
    private const int StepsToEstimate = 20;
    private const int StepsBetweenReports = 10;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly int _kept;
    private readonly int _runs;
    private readonly int _stepsOfRun;
    private readonly IProgress<StudyProgress>? _progress;
    private long? _started;
    private long _steps;
    private int _done;

    public StudyPace(TimeProvider time, int kept, int runs, int stepsOfRun, IProgress<StudyProgress>? progress)
    {
        (_time, _kept, _runs, _stepsOfRun, _progress) = (time, kept, runs, stepsOfRun, progress);
        Tell(StudyEvent.Planned, "", null);
    }

    public void MiningTimed(int batch) => Tell(
        StudyEvent.MiningTimed, batch.ToString(System.Globalization.CultureInfo.InvariantCulture), null);

    public void Stepped(StudyRun run, int step)
    {
        lock (_gate)
        {
            // The first step loads and compiles; it is not counted.
            if (_started is null)
            {
                _started = _time.GetTimestamp();
                return;
            }

            _steps++;
            if (_steps == StepsToEstimate)
            {
                Tell(StudyEvent.Estimated, run.Label, null);
            }
            else if (step % StepsBetweenReports == 0)
            {
                Tell(StudyEvent.Stepped, run.Label, null);
            }
        }
    }

    public void Finished(StudyRun run, RunResult result)
    {
        lock (_gate)
        {
            _done++;
            Tell(StudyEvent.Finished, run.Label, result);
        }
    }

    private void Tell(StudyEvent happened, string label, RunResult? result) => _progress?.Report(
        new StudyProgress(_kept, _done, _runs, Remaining(), happened, label, result));

    private TimeSpan? Remaining()
    {
        if (_started is not { } started || _steps == 0)
        {
            return null;
        }

        var left = Math.Max(0, ((long)_runs * _stepsOfRun) - _steps - 1);
        return _time.GetElapsedTime(started) / _steps * left;
    }
}
