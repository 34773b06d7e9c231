using Speaker.Training.Mining;

namespace Speaker.Training.Runs;

/// <summary>
/// What changes from step to step, each a pure function of it: one cycle of the learning rate (Smith and Topin,
/// "Super-convergence", 2018), rising and falling along half cosines, the ramp of the softmax's margin, when triplet
/// loss and softmax have their weights, and the miner.
/// </summary>
internal sealed class LearningSchedule(TrainingOptions options)
{
    private const double StartShare = 1.0 / 25;
    private const double EndShare = 1.0 / 2500;

    private readonly MiningSchedule _mining = MiningSchedule.Parse(options.Mining);

    public double LearningRate(int step) =>
        options.LearningRate * OneCycle(step, options.Steps, options.WarmUpShare);

    public double AngularMargin(int step)
    {
        var ramp = options.MarginRampShare * options.Steps;
        return options.AngularMargin * (step < ramp ? step / ramp : 1);
    }

    /// <summary>0 at first, then rising in even steps to its whole.</summary>
    public double TripletWeight(int step)
    {
        var begin = options.TripletStartShare * options.Steps;
        var ramp = options.TripletRampShare * options.Steps;
        return step < begin ? 0 : options.TripletWeight * (step + 1 < begin + ramp ? (step + 1 - begin) / ramp : 1);
    }

    /// <summary>Its whole, then 0.</summary>
    public double SoftmaxWeight(int step) =>
        step < options.SoftmaxStopShare * options.Steps ? options.SoftmaxWeight : 0;

    /// <summary>The name of the miner of a step.</summary>
    public string Miner(int step) => _mining.At(step, options.Steps);

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
