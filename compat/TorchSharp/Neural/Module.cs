using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);

        /// <summary>A part of a network: its parameters, its buffers (state that is not learnt) and its submodules, each
        /// under the name of the field that holds it once <see cref="RegisterComponents"/> has run.</summary>
        public abstract class Module : IDisposable
        {
            private readonly string name;
            private readonly List<(string Name, Parameter Value)> parameterList = [];
            private readonly List<(string Name, Tensor Value, bool Persistent)> bufferList = [];
            private readonly List<(string Name, Module Value)> moduleList = [];

            protected Module(string name) => this.name = name;

            /// <summary>Whether the module is training: dropout drops and batch normalisation uses the batch.</summary>
            public virtual bool training { get; private set; } = true;

            public virtual string GetName() => name;

            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var (_, child) in moduleList) child.train(train);
            }

            public virtual void eval() => train(false);

            public virtual void register_module(string name, Module submodule) => moduleList.Add((Fresh(name), submodule));

            public virtual void register_parameter(string name, Parameter param) => parameterList.Add((Fresh(name), param));

            /// <summary>State that moves and is saved with the module but is not learnt.</summary>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true) =>
                bufferList.Add((Fresh(name), tensor.DetachFromDisposeScope(), persistent));

            public virtual IEnumerable<(string name, Module module)> named_children() =>
                moduleList.Select(child => (child.Name, child.Value));

            public virtual IEnumerable<Module> children() => moduleList.Select(child => child.Value);

            /// <summary>All modules below this one, with their dotted names.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var (childName, child) in moduleList)
                {
                    yield return (childName, child);
                    foreach (var (deeper, module) in child.named_modules()) yield return ($"{childName}.{deeper}", module);
                }
            }

            /// <summary>All modules below this one.</summary>
            public virtual IEnumerable<Module> modules() => named_modules().Select(named => named.module);

            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                foreach (var own in parameterList) yield return own;
                if (!recurse) yield break;
                foreach (var (childName, child) in moduleList)
                {
                    foreach (var (deeper, parameter) in child.named_parameters())
                    {
                        yield return ($"{childName}.{deeper}", parameter);
                    }
                }
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) =>
                named_parameters(recurse).Select(named => named.parameter);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true) =>
                Buffers(recurse).Select(buffer => (buffer.Name, buffer.Value));

            public virtual IEnumerable<Tensor> buffers(bool recurse = true) => Buffers(recurse).Select(buffer => buffer.Value);

            /// <summary>Parameters and persistent buffers by dotted name: the tensors themselves, not copies.</summary>
            public virtual Dictionary<string, Tensor> state_dict(
                Dictionary<string, Tensor>? destination = null,
                string? prefix = null)
            {
                var state = destination ?? [];
                var start = string.IsNullOrEmpty(prefix) ? string.Empty : prefix + ".";
                foreach (var (parameterName, parameter) in named_parameters()) state[start + parameterName] = parameter;
                foreach (var (bufferName, buffer, persistent) in Buffers(true))
                {
                    if (persistent) state[start + bufferName] = buffer;
                }

                return state;
            }

            /// <summary>Copies the values of <paramref name="source"/> into this module's tensors of the same names.</summary>
            /// <returns>The names that the source lacks, and those that this module lacks.</returns>
            /// <exception cref="InvalidOperationException">Names differ and <paramref name="strict"/> is set.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source,
                bool strict = true,
                IList<string>? skip = null)
            {
                var own = state_dict();
                bool Skipped(string key) => skip?.Contains(key) ?? false;
                var missing = own.Keys.Where(key => !source.ContainsKey(key) && !Skipped(key)).ToList();
                var unexpected = source.Keys.Where(key => !own.ContainsKey(key) && !Skipped(key)).ToList();
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                {
                    throw new InvalidOperationException(
                        $"The state does not fit {GetName()}: missing {Listed(missing)}, unexpected {Listed(unexpected)}.");
                }

                using (no_grad())
                {
                    foreach (var (key, tensor) in own)
                    {
                        if (!Skipped(key) && source.TryGetValue(key, out var value)) tensor.copy_(value);
                    }
                }

                return (missing, unexpected);
            }

            public virtual Module apply(Action<Module> fn)
            {
                foreach (var (_, child) in moduleList) child.apply(fn);
                fn(this);
                return this;
            }

            public virtual void zero_grad() => optim.Gradients.Clear([.. parameters()]);

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing) return;
                foreach (var (_, parameter) in parameterList) parameter.Dispose();
                foreach (var (_, buffer, _) in bufferList) buffer.Dispose();
                foreach (var (_, child) in moduleList) child.Dispose();
            }

            /// <summary>Registers every field that holds a module, a parameter or a tensor, under the field's name.</summary>
            protected virtual void RegisterComponents()
            {
                for (var type = GetType(); type != typeof(Module) && type is not null; type = type.BaseType)
                {
                    const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
                    foreach (var field in type.GetFields(Own))
                    {
                        if (Known(field.Name)) continue;
                        switch (field.GetValue(this))
                        {
                            case Module module: register_module(field.Name, module); break;
                            case Parameter parameter: register_parameter(field.Name, parameter); break;
                            case Tensor tensor: register_buffer(field.Name, tensor); break;
                            default: break;
                        }
                    }
                }
            }

            private static string Listed(List<string> names) => names.Count == 0 ? "nothing" : string.Join(", ", names);

            private IEnumerable<(string Name, Tensor Value, bool Persistent)> Buffers(bool recurse)
            {
                foreach (var own in bufferList) yield return own;
                if (!recurse) yield break;
                foreach (var (childName, child) in moduleList)
                {
                    foreach (var (deeper, buffer, persistent) in child.Buffers(true))
                    {
                        yield return ($"{childName}.{deeper}", buffer, persistent);
                    }
                }
            }

            private bool Known(string name) =>
                parameterList.Exists(known => known.Name == name)
                || bufferList.Exists(known => known.Name == name)
                || moduleList.Exists(known => known.Name == name);

            private string Fresh(string name) => name.Contains('.', StringComparison.Ordinal) || name.Length == 0 || Known(name)
                ? throw new ArgumentException($"'{name}' cannot name a component of {GetName()}: it is empty, has a dot or is taken.", nameof(name))
                : name;
        }

        public interface IModule<T, TResult>
        {
            TResult call(T input);
        }

        public interface IModule<T1, T2, TResult>
        {
            TResult call(T1 input1, T2 input2);
        }

        /// <summary>A module with one input.</summary>
        public abstract class Module<T, TResult> : Module, IModule<T, TResult>
        {
            protected Module(string name)
                : base(name)
            {
            }

            public abstract TResult forward(T input);

            public TResult call(T input) => forward(input);
        }

        /// <summary>A module with two inputs.</summary>
        public abstract class Module<T1, T2, TResult> : Module, IModule<T1, T2, TResult>
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
    /// <summary>Moves the module's parameters and buffers to a device, in place.</summary>
    public static T to<T>(this T module, torch.Device device)
        where T : torch.nn.Module => Replace(module, tensor => tensor.to(device));

    /// <summary>Gives the module's parameters and real-valued buffers a type, in place.</summary>
    public static T to<T>(this T module, torch.ScalarType type)
        where T : torch.nn.Module => Replace(module, tensor => tensor.is_floating_point() ? tensor.to(type) : tensor.alias());

    private static T Replace<T>(T module, Func<torch.Tensor, torch.Tensor> change)
        where T : torch.nn.Module
    {
        using var scope = torch.NewDisposeScope();
        using var without = torch.no_grad();
        foreach (var tensor in module.parameters().Concat(module.buffers()))
        {
            Interop.Native.Check(Interop.NativeMethods.torch_set_data(tensor.Native, change(tensor).Native));
        }

        return module;
    }
}
