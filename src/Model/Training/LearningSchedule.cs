namespace Speaker.Model.Training;

/// <summary>
/// What changes from step to step: one cycle of the learning rate (Smith and Topin, "Super-convergence", 2018), rising
/// and falling along half cosines, and the ramp of the angular margin.
/// </summary>
internal sealed class LearningSchedule(TrainingOptions options)
{
    private const double StartShare = 1.0 / 25;
    private const double EndShare = 1.0 / 2500;

    public double LearningRate(int step)
    {
        var rise = options.WarmUpShare * options.Steps;
        var share = step < rise
            ? HalfCosine(StartShare, 1, step / rise)
            : HalfCosine(1, EndShare, (step - rise) / Math.Max(1, options.Steps - 1 - rise));
        return options.LearningRate * share;
    }

    public double AngularMargin(int step)
    {
        var ramp = options.MarginRampShare * options.Steps;
        return options.AngularMargin * (step < ramp ? step / ramp : 1);
    }

    private static double HalfCosine(double from, double to, double place) =>
        to + ((from - to) * 0.5 * (1 + Math.Cos(Math.PI * Math.Clamp(place, 0, 1))));
}
