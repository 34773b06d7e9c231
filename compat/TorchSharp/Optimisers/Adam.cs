using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp.Modules
{
    /// <summary>What Adam and AdamW share: running means of each gradient and of its square.</summary>
    public abstract class AdamOptimizer : OptimizerHelper
    {
        private readonly Dictionary<ParamGroup, Moments> moments = [];
        private readonly bool decoupled;

        private protected AdamOptimizer(IEnumerable<ParamGroup> groups, bool decoupled)
            : base(groups)
        {
            this.decoupled = decoupled;
            foreach (var group in Groups) moments[group] = new Moments(group);
        }

        protected override void Dispose(bool disposing)
        {
            if (!disposing) return;
            foreach (var state in moments.Values) state.Dispose();
        }

        private protected override unsafe void Step(ParamGroup group)
        {
            var options = (AdamOptions)group.Options;
            var state = moments[group];
            fixed (nint* parameters = group.Handles, means = state.MeanHandles, squares = state.SquareHandles)
            fixed (long* steps = state.Steps)
            {
                Check(torch_adam_step(
                    parameters,
                    means,
                    squares,
                    steps,
                    group.Handles.Length,
                    group.LearningRate,
                    options.beta1,
                    options.beta2,
                    options.eps,
                    options.weight_decay,
                    decoupled));
            }

            GC.KeepAlive(group);
        }

        private protected override void SaveState(ParamGroup group, BinaryWriter writer)
        {
            var state = moments[group];
            for (var i = 0; i < state.Steps.Length; i++)
            {
                writer.Write(state.Steps[i]);
                Write(writer, state.Means[i]);
                Write(writer, state.Squares[i]);
            }
        }

        private protected override void LoadState(ParamGroup group, BinaryReader reader)
        {
            var state = moments[group];
            for (var i = 0; i < state.Steps.Length; i++)
            {
                state.Steps[i] = reader.ReadInt64();
                Read(reader, state.Means[i]);
                Read(reader, state.Squares[i]);
            }
        }

        private protected static TOptions Filled<TOptions>(
            TOptions options, double rate, double beta1, double beta2, double epsilon, double decay)
            where TOptions : AdamOptions
        {
            (options.LearningRate, options.InitialLearningRate) = (rate, rate);
            (options.beta1, options.beta2, options.eps, options.weight_decay) = (beta1, beta2, epsilon, decay);
            return options;
        }

        private sealed class Moments : IDisposable
        {
            public Moments(ParamGroup group)
            {
                Means = [.. group.List.Select(ZerosLike)];
                Squares = [.. group.List.Select(ZerosLike)];
                Steps = new long[Means.Length];
                MeanHandles = Handles(Means);
                SquareHandles = Handles(Squares);
            }

            public torch.Tensor[] Means { get; }

            public torch.Tensor[] Squares { get; }

            public nint[] MeanHandles { get; }

            public nint[] SquareHandles { get; }

            /// <summary>How many steps each parameter has had.</summary>
            public long[] Steps { get; }

            public void Dispose()
            {
                foreach (var tensor in Means.Concat(Squares)) tensor.Dispose();
            }
        }
    }

    /// <summary>The settings of Adam and AdamW.</summary>
    public abstract class AdamOptions : OptimizerOptions
    {
        internal double beta1;
        internal double beta2;
        internal double eps;
        internal double weight_decay;
    }

    /// <summary>Kingma and Ba, 2015. Weight decay is added to the gradient.</summary>
    public sealed class Adam : AdamOptimizer
    {
        internal Adam(IEnumerable<ParamGroup> groups)
            : base(groups, decoupled: false)
        {
        }

        public sealed class Options : AdamOptions
        {
        }

        public sealed class ParamGroup : ParamGroup<Options>
        {
            public ParamGroup(
                IEnumerable<Parameter> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-8,
                double weight_decay = 0)
                : base(parameters, Filled(new Options(), lr, beta1, beta2, eps, weight_decay))
            {
            }
        }
    }

    /// <summary>Loshchilov and Hutter, 2019: the weights decay beside the gradient.</summary>
    public sealed class AdamW : AdamOptimizer
    {
        internal AdamW(IEnumerable<ParamGroup> groups)
            : base(groups, decoupled: true)
        {
        }

        public sealed class Options : AdamOptions
        {
        }

        public sealed class ParamGroup : ParamGroup<Options>
        {
            public ParamGroup(
                IEnumerable<Parameter> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-8,
                double weight_decay = 0)
                : base(parameters, Filled(new Options(), lr, beta1, beta2, eps, weight_decay))
            {
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static Modules.Adam Adam(
                IEnumerable<Modules.Parameter> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-8,
                double weight_decay = 0) =>
                new([new Modules.Adam.ParamGroup(parameters, lr, beta1, beta2, eps, weight_decay)]);

            public static Modules.Adam Adam(IEnumerable<Modules.Adam.ParamGroup> parameters) => new(parameters);

            public static Modules.AdamW AdamW(
                IEnumerable<Modules.Parameter> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-8,
                double weight_decay = 0) =>
                new([new Modules.AdamW.ParamGroup(parameters, lr, beta1, beta2, eps, weight_decay)]);

            public static Modules.AdamW AdamW(IEnumerable<Modules.AdamW.ParamGroup> parameters) => new(parameters);
        }
    }
}
