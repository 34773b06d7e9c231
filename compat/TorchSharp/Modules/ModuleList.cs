using System.Globalization;
using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static ModuleList<T> ModuleList<T>(params T[] modules)
                where T : Module => new(modules);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Modules in a list, registered under their numbers.</summary>
    public sealed class ModuleList<T> : torch.nn.Module
        where T : torch.nn.Module
    {
        private readonly T[] list;

        internal ModuleList(T[] modules)
            : base(nameof(ModuleList<>))
        {
            list = modules;
            for (var i = 0; i < list.Length; i++) Register(i.ToString(CultureInfo.InvariantCulture), list[i]);
        }

        public int Count => list.Length;

        public T this[int index] => list[index];
    }
}
