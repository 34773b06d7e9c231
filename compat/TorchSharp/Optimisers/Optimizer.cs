using TorchSharp.Modules;

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

                /// <summary>The rate that schedules start from.</summary>
                double InitialLearningRate { get; set; }
            }

            /// <summary>Moves parameters along their gradients.</summary>
            public abstract class Optimizer : IDisposable
            {
                public abstract IEnumerable<ILearningRateController> ParamGroups { get; }

                public abstract IEnumerable<Parameter> parameters();

                /// <summary>Forgets the gradients.</summary>
                public abstract void zero_grad();

                /// <summary>One step. A closure, when given, computes the loss and its gradients first.</summary>
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
    /// <summary>Settings of an optimiser that hold for one group of parameters.</summary>
    public abstract class OptimizerOptions
    {
        public double? LearningRate { get; set; }

        public double InitialLearningRate { get; set; }
    }

    /// <summary>Parameters that share settings.</summary>
    public abstract class ParamGroup : torch.optim.ILearningRateController
    {
        private protected ParamGroup(IEnumerable<Parameter> parameters, OptimizerOptions options)
        {
            List = [.. parameters];
            Handles = Interop.Native.Handles(List);
            Options = options;
        }

        public double LearningRate
        {
            get => Options.LearningRate!.Value;
            set => Options.LearningRate = value;
        }

        public double InitialLearningRate
        {
            get => Options.InitialLearningRate;
            set => Options.InitialLearningRate = value;
        }

        public OptimizerOptions Options { get; }

        public IEnumerable<Parameter> Parameters => List;

        internal List<Parameter> List { get; }

        /// <summary>The handles of <see cref="List"/>, taken once: a step must not gather them again.</summary>
        internal nint[] Handles { get; }
    }

    /// <summary>Parameters with the settings of one kind of optimiser.</summary>
    public abstract class ParamGroup<TOptions> : ParamGroup
        where TOptions : OptimizerOptions
    {
        private protected ParamGroup(IEnumerable<Parameter> parameters, TOptions options)
            : base(parameters, options)
        {
        }

        public new TOptions Options => (TOptions)base.Options;
    }

    /// <summary>What the optimisers share: groups, clearing, saving and loading.</summary>
    public abstract class OptimizerHelper : torch.optim.Optimizer
    {
        private protected OptimizerHelper(IEnumerable<ParamGroup> groups)
        {
            Groups = [.. groups];
            All = [.. Groups.SelectMany(group => group.List)];
        }

        public override IEnumerable<torch.optim.ILearningRateController> ParamGroups => Groups;

        private protected List<ParamGroup> Groups { get; }

        private protected List<Parameter> All { get; }

        public override IEnumerable<Parameter> parameters() => All;

        public override void zero_grad() => torch.optim.Gradients.Clear(All);

        public override torch.Tensor? step(Func<torch.Tensor>? closure = null)
        {
            torch.Tensor? loss = null;
            if (closure is not null)
            {
                using var recording = torch.enable_grad();
                loss = closure();
            }

            foreach (var group in Groups) Step(group);
            return loss;
        }

        /// <summary>Writes the settings of every group and the state of every parameter: what a run needs to go on.</summary>
        public void save_state_dict(BinaryWriter writer)
        {
            writer.Write(GetType().Name);
            writer.Write(Groups.Count);
            foreach (var group in Groups)
            {
                writer.Write(group.LearningRate);
                writer.Write(group.InitialLearningRate);
                writer.Write(group.List.Count);
                SaveState(group, writer);
            }
        }

        public void save_state_dict(string location)
        {
            using var writer = new BinaryWriter(File.Create(location));
            save_state_dict(writer);
        }

        /// <summary>Reads what <see cref="save_state_dict(BinaryWriter)"/> wrote, for the same parameters in the same order.</summary>
        /// <exception cref="ArgumentException">The state is of another optimiser or of other parameters.</exception>
        public void load_state_dict(BinaryReader reader)
        {
            Expect(GetType().Name, reader.ReadString(), "optimiser");
            Expect(Groups.Count, reader.ReadInt32(), "number of groups");
            foreach (var group in Groups)
            {
                group.LearningRate = reader.ReadDouble();
                group.InitialLearningRate = reader.ReadDouble();
                Expect(group.List.Count, reader.ReadInt32(), "number of parameters");
                LoadState(group, reader);
            }
        }

        public void load_state_dict(string location)
        {
            using var reader = new BinaryReader(File.OpenRead(location));
            load_state_dict(reader);
        }

        private protected abstract void Step(ParamGroup group);

        private protected abstract void SaveState(ParamGroup group, BinaryWriter writer);

        private protected abstract void LoadState(ParamGroup group, BinaryReader reader);

        private protected static torch.Tensor ZerosLike(Parameter parameter)
        {
            using var without = torch.no_grad();
            return torch.zeros_like(parameter).DetachFromDisposeScope();
        }

        private protected static void Expect<T>(T here, T there, string what)
            where T : IEquatable<T>
        {
            if (!here.Equals(there)) throw new ArgumentException($"The state has another {what}: {there}, here it is {here}.");
        }

        private protected static void Write(BinaryWriter writer, torch.Tensor tensor)
        {
            writer.Write(tensor.bytes.Length);
            writer.Write(tensor.bytes);
            GC.KeepAlive(tensor);
        }

        private protected static void Read(BinaryReader reader, torch.Tensor tensor)
        {
            Expect(tensor.bytes.Length, reader.ReadInt32(), "size of a parameter");
            reader.BaseStream.ReadExactly(tensor.bytes);
            GC.KeepAlive(tensor);
        }
    }
}
