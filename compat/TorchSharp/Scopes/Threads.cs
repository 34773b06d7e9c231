using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>How many threads one operation may use.</summary>
    public static void set_num_threads(int num) => Check(torch_set_threads(num));

    public static int get_num_threads() => torch_threads();

    /// <summary>Starts the random numbers anew: the same seed, the same numbers.</summary>
    public static Generator manual_seed(long seed) => random.manual_seed(seed);

    public static class random
    {
        /// <summary>As <see cref="torch.manual_seed"/>.</summary>
        public static Generator manual_seed(long seed)
        {
            Check(torch_seed(seed));
            return Generator.Process;
        }
    }

    /// <summary>The source of random numbers of the process.</summary>
    public sealed class Generator
    {
        internal static readonly Generator Process = new();

        private Generator()
        {
        }
    }
}
