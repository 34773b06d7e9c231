using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Where a tensor lives. The libtorch of the distribution knows one device, the processor.</summary>
    public sealed class Device
    {
        /// <summary>libtorch's number of the processor.</summary>
        internal const int Processor = 0;

        internal Device(int type, int index)
        {
            Type = type;
            Index = index;
        }

        internal int Type { get; }

        /// <summary>Which of several; -1 is the current one.</summary>
        internal int Index { get; }

        public override string ToString() => Type == Processor
            ? "cpu"
            : string.Create(CultureInfo.InvariantCulture, $"device {Type}:{Index}");
    }
}
