namespace Speaker.Model.Training;

/// <summary>
/// What changes from step to step: one cycle of the learning rate (Smith and Topin, "Super-convergence", 2018), rising
/// and falling along half cosines, and the ramp of the angular margin.
/// </summary>
internal sealed class LearningSchedule(TrainingOptions options)
{
    private const double StartShare = 1.0 / 25;
    private const double EndShare = 1.0 / 2500;

    public double LearningRate(int step) =>
        options.LearningRate * OneCycle(step, options.Steps, options.WarmUpShare);

    public double AngularMargin(int step)
    {
        var ramp = options.MarginRampShare * options.Steps;
        return options.AngularMargin * (step < ramp ? step / ramp : 1);
    }

    /// <summary>The share of its height that a one-cycle rate has at a step, 0 to 1.</summary>
    public static double OneCycle(int step, int steps, double warmUpShare)
    {
        var rise = warmUpShare * steps;
        return step < rise
            ? HalfCosine(StartShare, 1, step / rise)
            : HalfCosine(1, EndShare, (step - rise) / Math.Max(1, steps - 1 - rise));
    }

    private static double HalfCosine(double from, double to, double place) =>
        to + ((from - to) * 0.5 * (1 + Math.Cos(Math.PI * Math.Clamp(place, 0, 1))));
}
