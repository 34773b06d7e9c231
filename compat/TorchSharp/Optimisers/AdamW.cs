using TorchSharp.Modules;
using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019); settings by group.</summary>
            public static AdamW AdamW(IEnumerable<AdamW.ParamGroup> parameters) => new(parameters);
        }
    }
}

namespace TorchSharp.Modules
{
    public sealed class AdamW : OptimizerHelper
    {
        private readonly List<ParamGroup> groups;

        internal AdamW(IEnumerable<ParamGroup> parameters) => groups = [.. parameters];

        public override IEnumerable<torch.optim.ILearningRateController> ParamGroups => groups;

        public override unsafe torch.Tensor? step(Func<torch.Tensor>? closure = null)
        {
            torch.Tensor? loss = null;
            if (closure is not null)
            {
                using var recording = new torch.GradientMode(true);
                loss = closure();
            }

            foreach (var group in groups)
            {
                fixed (nint* parameters = group.Handles, means = group.MeanHandles, squares = group.SquareHandles)
                fixed (long* steps = group.Steps)
                {
                    Check(torch_adamw_step(
                        parameters,
                        means,
                        squares,
                        steps,
                        group.Handles.Length,
                        group.LearningRate,
                        group.Beta1,
                        group.Beta2,
                        group.Epsilon,
                        group.Decay));
                }
            }

            return loss;
        }

        public override unsafe void zero_grad()
        {
            foreach (var group in groups)
            {
                fixed (nint* parameters = group.Handles) Check(torch_clear_grads(parameters, group.Handles.Length));
            }
        }

        private protected override void Save(BinaryWriter writer)
        {
            writer.Write(groups.Count);
            foreach (var group in groups) group.Save(writer);
        }

        private protected override void Load(BinaryReader reader)
        {
            Expect(groups.Count, reader.ReadInt32(), "number of groups");
            foreach (var group in groups) group.Load(reader);
        }

        protected override void Dispose(bool disposing)
        {
            if (!disposing) return;
            foreach (var group in groups) group.ReleaseMoments();
        }

        /// <summary>Parameters that share settings, with the running means of each gradient and its square.</summary>
        public sealed class ParamGroup : torch.optim.ILearningRateController
        {
            private readonly List<Parameter> list;
            private readonly List<torch.Tensor> means;
            private readonly List<torch.Tensor> squares;

            public ParamGroup(
                IEnumerable<Parameter> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-8,
                double weight_decay = 0)
            {
                (LearningRate, Beta1, Beta2, Epsilon, Decay) = (lr, beta1, beta2, eps, weight_decay);
                list = [.. parameters];
                means = list.ConvertAll(ZerosLike);
                squares = list.ConvertAll(ZerosLike);

                // A step must not gather the handles again: they stay good for as long as the lists hold the tensors.
                Handles = Interop.Native.Handles(list);
                MeanHandles = Interop.Native.Handles(means);
                SquareHandles = Interop.Native.Handles(squares);
                Steps = new long[list.Count];
            }

            public double LearningRate { get; set; }

            internal double Beta1 { get; }

            internal double Beta2 { get; }

            internal double Epsilon { get; }

            internal double Decay { get; }

            internal nint[] Handles { get; }

            internal nint[] MeanHandles { get; }

            internal nint[] SquareHandles { get; }

            /// <summary>How many steps each parameter has had: one without a gradient has none.</summary>
            internal long[] Steps { get; }

            internal void Save(BinaryWriter writer)
            {
                writer.Write(LearningRate);
                writer.Write(list.Count);
                for (var i = 0; i < list.Count; i++)
                {
                    writer.Write(Steps[i]);
                    Write(writer, means[i]);
                    Write(writer, squares[i]);
                }
            }

            internal void Load(BinaryReader reader)
            {
                LearningRate = reader.ReadDouble();
                Expect(list.Count, reader.ReadInt32(), "number of parameters");
                for (var i = 0; i < list.Count; i++)
                {
                    Steps[i] = reader.ReadInt64();
                    Read(reader, means[i]);
                    Read(reader, squares[i]);
                }
            }

            internal void ReleaseMoments()
            {
                foreach (var moment in means) moment.Dispose();
                foreach (var moment in squares) moment.Dispose();
            }

            private static torch.Tensor ZerosLike(Parameter parameter) =>
                torch.zeros(parameter.shape, parameter.dtype).DetachFromDisposeScope();

            private static void Write(BinaryWriter writer, torch.Tensor tensor)
            {
                writer.Write(tensor.bytes.Length);
                writer.Write(tensor.bytes);
            }

            private static void Read(BinaryReader reader, torch.Tensor tensor)
            {
                Expect(tensor.bytes.Length, reader.ReadInt32(), "size of a parameter");
                reader.BaseStream.ReadExactly(tensor.bytes);
            }
        }
    }
}
