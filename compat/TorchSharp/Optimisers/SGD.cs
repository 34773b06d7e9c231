using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp.Modules
{
    /// <summary>Stochastic gradient descent, with momentum as PyTorch defines it.</summary>
    public sealed class SGD : OptimizerHelper
    {
        private readonly Dictionary<Modules.ParamGroup, Momenta> momenta = [];

        internal SGD(IEnumerable<ParamGroup> groups)
            : base(groups)
        {
            foreach (var group in Groups) momenta[group] = new Momenta(group);
        }

        protected override void Dispose(bool disposing)
        {
            if (!disposing) return;
            foreach (var state in momenta.Values) state.Dispose();
        }

        private protected override unsafe void Step(Modules.ParamGroup group)
        {
            var options = (Options)group.Options;
            var state = momenta[group];
            fixed (nint* parameters = group.Handles, buffers = state.Handles)
            fixed (long* started = state.Started)
            {
                Check(torch_sgd_step(
                    parameters,
                    buffers,
                    started,
                    group.Handles.Length,
                    group.LearningRate,
                    options.momentum,
                    options.dampening,
                    options.weight_decay,
                    options.nesterov));
            }

            GC.KeepAlive(group);
        }

        private protected override void SaveState(Modules.ParamGroup group, BinaryWriter writer)
        {
            var state = momenta[group];
            for (var i = 0; i < state.Started.Length; i++)
            {
                writer.Write(state.Started[i]);
                Write(writer, state.Buffers[i]);
            }
        }

        private protected override void LoadState(Modules.ParamGroup group, BinaryReader reader)
        {
            var state = momenta[group];
            for (var i = 0; i < state.Started.Length; i++)
            {
                state.Started[i] = reader.ReadInt64();
                Read(reader, state.Buffers[i]);
            }
        }

        public sealed class Options : OptimizerOptions
        {
            internal double momentum;
            internal double dampening;
            internal double weight_decay;
            internal bool nesterov;
        }

        public sealed class ParamGroup : ParamGroup<Options>
        {
            public ParamGroup(
                IEnumerable<Parameter> parameters,
                double lr = 1e-3,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false)
                : base(
                    parameters,
                    new Options
                    {
                        LearningRate = lr,
                        InitialLearningRate = lr,
                        momentum = momentum,
                        dampening = dampening,
                        weight_decay = weight_decay,
                        nesterov = nesterov,
                    })
            {
            }
        }

        private sealed class Momenta : IDisposable
        {
            public Momenta(Modules.ParamGroup group)
            {
                Buffers = [.. group.List.Select(ZerosLike)];
                Handles = Interop.Native.Handles(Buffers);
                Started = new long[Buffers.Length];
            }

            public torch.Tensor[] Buffers { get; }

            public nint[] Handles { get; }

            /// <summary>1 once a parameter's momentum has had its first gradient.</summary>
            public long[] Started { get; }

            public void Dispose()
            {
                foreach (var tensor in Buffers) tensor.Dispose();
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
            public static Modules.SGD SGD(
                IEnumerable<Modules.Parameter> parameters,
                double learningRate,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false) =>
                new([new Modules.SGD.ParamGroup(parameters, learningRate, momentum, dampening, weight_decay, nesterov)]);

            public static Modules.SGD SGD(IEnumerable<Modules.SGD.ParamGroup> parameters, double learningRate) => new(parameters);
        }
    }
}
