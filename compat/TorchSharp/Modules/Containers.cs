using System.Collections;
using System.Globalization;

namespace TorchSharp.Modules
{
    /// <summary>Modules one after another, each taking what the one before gave.</summary>
    public class Sequential : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly torch.nn.Module<torch.Tensor, torch.Tensor>[] list;

        protected internal Sequential(params (string name, torch.nn.Module<torch.Tensor, torch.Tensor> module)[] modules)
            : base(nameof(Sequential))
        {
            list = Array.ConvertAll(modules, named => named.module);
            foreach (var (name, module) in modules) register_module(name, module);
        }

        public override torch.Tensor forward(torch.Tensor tensor)
        {
            var result = tensor;
            foreach (var module in list)
            {
                var next = module.forward(result);
                if (result != tensor && result != next) result.Dispose();
                result = next;
            }

            return result;
        }
    }

    /// <summary>Modules in a list, under their numbers.</summary>
    public sealed class ModuleList<T> : torch.nn.Module, IReadOnlyList<T>
        where T : torch.nn.Module
    {
        private readonly List<T> list = [];

        public ModuleList(params T[] modules)
            : base(nameof(ModuleList<>)) => append(modules);

        public int Count => list.Count;

        public T this[int index] => list[index];

        public void Add(T item)
        {
            register_module(list.Count.ToString(CultureInfo.InvariantCulture), item);
            list.Add(item);
        }

        public void append(params T[] parameters)
        {
            foreach (var module in parameters) Add(module);
        }

        public IEnumerator<T> GetEnumerator() => list.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Sequential Sequential(params Module<Tensor, Tensor>[] modules) => new(
                [.. modules.Select((module, i) => (i.ToString(CultureInfo.InvariantCulture), module))]);

            public static Modules.Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) => new(modules);

            public static Modules.ModuleList<T> ModuleList<T>(params T[] modules)
                where T : Module => new(modules);
        }
    }
}
