namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>A group of parameters whose learning rate can be set.</summary>
            public interface ILearningRateController
            {
                /// <summary>The rate of the next step.</summary>
                double LearningRate { get; set; }
            }

            /// <summary>Moves parameters along their gradients.</summary>
            public abstract class Optimizer : IDisposable
            {
                public abstract IEnumerable<ILearningRateController> ParamGroups { get; }

                /// <summary>Forgets the gradients.</summary>
                public abstract void zero_grad();

                /// <summary>One step; parameters without a gradient stay. A closure, when given, computes the loss and
                /// its gradients first.</summary>
                /// <returns>The closure's loss.</returns>
                public abstract Tensor? step(Func<Tensor>? closure = null);

                public void Dispose()
                {
                    Dispose(true);
                    GC.SuppressFinalize(this);
                }

                protected abstract void Dispose(bool disposing);
            }
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>An optimiser whose state can be kept: saved and loaded into one over the same parameters, it goes on
    /// as if it had never stopped.</summary>
    public abstract class OptimizerHelper : torch.optim.Optimizer
    {
        private protected OptimizerHelper()
        {
        }

        /// <summary>Writes learning rates and state, in this implementation's own form.</summary>
        public void save_state_dict(BinaryWriter writer)
        {
            writer.Write(GetType().Name);
            Save(writer);
        }

        /// <summary>Reads what <see cref="save_state_dict"/> wrote, for the same parameters in one order.</summary>
        /// <exception cref="ArgumentException">The state is of another optimiser or of other parameters.</exception>
        public void load_state_dict(BinaryReader reader)
        {
            Expect(GetType().Name, reader.ReadString(), "optimiser");
            Load(reader);
        }

        private protected abstract void Save(BinaryWriter writer);

        private protected abstract void Load(BinaryReader reader);

        private protected static void Expect<T>(T here, T there, string what)
            where T : IEquatable<T>
        {
            if (here.Equals(there)) return;
            throw new ArgumentException($"The state has another {what}: {there}, here it is {here}.");
        }
    }
}
