using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A part of a network: its parameters, its buffers (state that is not learnt) and its submodules,
        /// each under the name of the field that holds it once <see cref="RegisterComponents"/> has run.</summary>
        public abstract class Module : IDisposable
        {
            private readonly string type;
            private readonly List<(string Name, Parameter Value)> ownParameters = [];
            private readonly List<(string Name, Tensor Value)> ownBuffers = [];
            private readonly List<(string Name, Module Value)> children = [];

            protected Module(string name) => type = name;

            /// <summary>Whether the module is training; batch normalisation uses the batch then.</summary>
            public virtual bool training { get; private set; } = true;

            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var (_, child) in children) child.train(train);
            }

            public virtual void eval() => train(false);

            /// <summary>All modules below this one.</summary>
            public virtual IEnumerable<Module> modules()
            {
                foreach (var (_, child) in children)
                {
                    yield return child;
                    foreach (var deeper in child.modules()) yield return deeper;
                }
            }

            /// <summary>The parameters with their dotted names: this module's first, then each submodule's.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                foreach (var own in ownParameters) yield return own;
                if (!recurse) yield break;
                foreach (var (path, child) in children)
                {
                    foreach (var (name, parameter) in child.named_parameters())
                    {
                        yield return ($"{path}.{name}", parameter);
                    }
                }
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) =>
                named_parameters(recurse).Select(named => named.parameter);

            /// <summary>The buffers with their dotted names, in the order of <see cref="named_parameters"/>.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true)
            {
                foreach (var own in ownBuffers) yield return own;
                if (!recurse) yield break;
                foreach (var (path, child) in children)
                {
                    foreach (var (name, buffer) in child.named_buffers()) yield return ($"{path}.{name}", buffer);
                }
            }

            /// <summary>Parameters and buffers by dotted name: the tensors themselves, not copies.</summary>
            public virtual Dictionary<string, Tensor> state_dict(
                Dictionary<string, Tensor>? destination = null,
                string? prefix = null)
            {
                var state = destination ?? [];
                var start = string.IsNullOrEmpty(prefix) ? string.Empty : prefix + ".";
                foreach (var (name, parameter) in named_parameters()) state[start + name] = parameter;
                foreach (var (name, buffer) in named_buffers()) state[start + name] = buffer;
                return state;
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing) return;
                foreach (var (_, parameter) in ownParameters) parameter.Dispose();
                foreach (var (_, buffer) in ownBuffers) buffer.Dispose();
                foreach (var (_, child) in children) child.Dispose();
            }

            /// <summary>Registers each field that holds a module, a parameter or a tensor under its name.</summary>
            protected virtual void RegisterComponents()
            {
                const BindingFlags Declared =
                    BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
                for (var declaring = GetType(); declaring != typeof(Module); declaring = declaring!.BaseType)
                {
                    foreach (var field in declaring!.GetFields(Declared))
                    {
                        switch (field.GetValue(this))
                        {
                            case Module module: Register(field.Name, module); break;
                            case Parameter parameter: Register(field.Name, parameter); break;
                            case Tensor tensor: Register(field.Name, tensor); break;
                            default: break;
                        }
                    }
                }
            }

            private protected void Register(string name, Module module) => Add(children, name, module);

            private protected void Register(string name, Parameter parameter) => Add(ownParameters, name, parameter);

            /// <summary>The module owns its buffers: they leave the scope they were made in.</summary>
            private protected void Register(string name, Tensor buffer) =>
                Add(ownBuffers, name, buffer.DetachFromDisposeScope());

            private void Add<T>(List<(string Name, T Value)> components, string name, T component)
            {
                if (components.Exists(known => known.Name == name))
                {
                    throw new ArgumentException($"{type} has a component named '{name}' already.", nameof(name));
                }

                components.Add((name, component));
            }
        }

        /// <summary>A module with one input.</summary>
        public abstract class Module<T, TResult> : Module
        {
            protected Module(string name)
                : base(name)
            {
            }

            public abstract TResult forward(T input);

            public TResult call(T input) => forward(input);
        }

        /// <summary>A module with two inputs.</summary>
        public abstract class Module<T1, T2, TResult> : Module
        {
            protected Module(string name)
                : base(name)
            {
            }

            public abstract TResult forward(T1 input1, T2 input2);

            public TResult call(T1 input1, T2 input2) => forward(input1, input2);
        }
    }
}

public static class ModuleExtensionMethods
{
    /// <summary>Gives the module's parameters and real-valued buffers a type, in place.</summary>
    public static T to<T>(this T module, torch.ScalarType type)
        where T : torch.nn.Module
    {
        using var without = torch.no_grad();
        foreach (var tensor in module.state_dict().Values)
        {
            if (!torch_is_floating_point(tensor.Native)) continue;
            using var converted = tensor.to_type(type);
            Check(torch_set_data(tensor.Native, converted.Native));
        }

        return module;
    }
}
