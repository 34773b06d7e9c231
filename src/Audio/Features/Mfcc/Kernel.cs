using System.Runtime.CompilerServices;

namespace Speaker.Audio.Features.Mfcc;

/// <summary>How the loops over frames are compiled.</summary>
internal static class Kernel
{
    /// <summary>
    /// For good at the first call. In tiers they run at a fifth of the speed until the compiler's own thread gets to
    /// them, which takes seconds where it shares its core: longer than most sounds take.
    /// </summary>
    public const MethodImplOptions Compiled = MethodImplOptions.AggressiveOptimization;
}
