using System.Runtime.Intrinsics.X86;

namespace Speaker.Training.Network;

/// <summary>Whether this processor multiplies bfloat16 in hardware; where it does not, it is slower than float32.</summary>
internal static class BFloat16Support
{
    private const int ExtendedFeatures = 7;

    /// <summary>AVX512-BF16 or AMX-BF16 on x86; unknown, so no, elsewhere.</summary>
    public static bool IsFast { get; } = Detect();

    private static bool Detect()
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < ExtendedFeatures)
        {
            return false;
        }

        var hasAmx = (X86Base.CpuId(ExtendedFeatures, 0).Edx >> 22 & 1) != 0;
        var hasAvx512 = (X86Base.CpuId(ExtendedFeatures, 1).Eax >> 5 & 1) != 0;
        return hasAmx || hasAvx512;
    }
}
