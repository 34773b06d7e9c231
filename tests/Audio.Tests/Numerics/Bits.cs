using System.Runtime.InteropServices;

namespace Speaker.Audio.Tests.Numerics;

/// <summary>Equality of every bit; the framework's own takes -0 for 0.</summary>
internal static class Bits
{
    public static void AssertEqual(float[] expected, float[] actual) => Assert.Equal(
        MemoryMarshal.Cast<float, int>(expected).ToArray(), MemoryMarshal.Cast<float, int>(actual).ToArray());
}
