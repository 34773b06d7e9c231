namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Learning rates that follow a plan. Each plan sets the rate of step 0 when it is made, and of the next
        /// step at every call of <see cref="LRScheduler.step()"/>.</summary>
        public static class lr_scheduler
        {
            /// <summary>The initial rate times <paramref name="gamma"/> once every <paramref name="step_size"/> steps.</summary>
            public static LRScheduler StepLR(Optimizer optimizer, int step_size, double gamma = 0.1) =>
                new Plan(optimizer, (first, step) => first * Math.Pow(gamma, step / step_size));

            /// <summary>The initial rate times what the function says for the step.</summary>
            public static LRScheduler LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda) =>
                new Plan(optimizer, (first, step) => first * lr_lambda(step));

            /// <summary>Down to <paramref name="eta_min"/> along half a cosine of <paramref name="T_max"/> steps (Loshchilov
            /// and Hutter, 2017).</summary>
            public static LRScheduler CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0) =>
                new Plan(optimizer, (first, step) => eta_min + ((first - eta_min) * (1 + Math.Cos(Math.PI * step / T_max)) / 2));

            /// <summary>Up to <paramref name="max_lr"/> for the first part, then far down, both along half a cosine (Smith and
            /// Topin, 2018).</summary>
            public static LRScheduler OneCycleLR(
                Optimizer optimizer,
                double max_lr,
                int total_steps = -1,
                int epochs = -1,
                int steps_per_epoch = -1,
                double pct_start = 0.3)
            {
                const double DivideFirst = 25;
                const double DivideLast = 1e4;
                var steps = total_steps > 0 ? total_steps : epochs * steps_per_epoch;
                if (steps <= 1) throw new ArgumentException($"OneCycleLR needs at least 2 steps, got {steps}.", nameof(total_steps));
                var first = max_lr / DivideFirst;
                var peak = (pct_start * steps) - 1;
                foreach (var group in optimizer.ParamGroups) group.InitialLearningRate = first;
                return new Plan(optimizer, (_, step) => step <= peak
                    ? HalfCosine(first, max_lr, step / peak)
                    : HalfCosine(max_lr, first / DivideLast, (step - peak) / (steps - 1 - peak)));
            }

            private static double HalfCosine(double from, double to, double part) =>
                to + ((from - to) * (1 + Math.Cos(Math.PI * Math.Min(part, 1))) / 2);

            public abstract class LRScheduler
            {
                /// <summary>Sets the rates of the next step.</summary>
                public abstract void step();

                /// <summary>The rates now, one for each group of parameters.</summary>
                public abstract IEnumerable<double> get_last_lr();
            }

            private sealed class Plan : LRScheduler
            {
                private readonly ILearningRateController[] groups;
                private readonly Func<double, int, double> rate;
                private int steps;

                public Plan(Optimizer optimizer, Func<double, int, double> rate)
                {
                    groups = [.. optimizer.ParamGroups];
                    this.rate = rate;
                    Set();
                }

                public override void step()
                {
                    steps++;
                    Set();
                }

                public override IEnumerable<double> get_last_lr() => groups.Select(group => group.LearningRate);

                private void Set()
                {
                    foreach (var group in groups) group.LearningRate = rate(group.InitialLearningRate, steps);
                }
            }
        }
    }
}
