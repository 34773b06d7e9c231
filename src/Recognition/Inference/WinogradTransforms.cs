using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Speaker.Inference;

/// <summary>
/// The transforms of Winograd's convolution along one axis, F(2, 3) and F(4, 3) with the points 0, ±1, ±2 and infinity
/// (Lavin and Gray, 2016), of eight channels at once: sums and products, each rounded once, so that the result is the
/// same on every machine. Steps are in floats. Of F(4, 3) the first number of a kernel is four times that of the paper and the
/// next four twice, those of the inputs so much less: kernels are kept as whole numbers, and so all are about as great.
/// </summary>
internal static unsafe class WinogradTransforms
{
    /// <summary>Three weights of a kernel to <paramref name="tile"/> + 2 numbers: G g.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Kernel(int tile, float* source, nint sourceStep, float* target, nint targetStep)
    {
        var (a, b, c) = (
            Vector256.Load(source), Vector256.Load(source + sourceStep), Vector256.Load(source + (2 * sourceStep)));
        var ends = a + c;
        if (tile == 2)
        {
            a.Store(target);
            ((ends + b) * 0.5f).Store(target + targetStep);
            ((ends - b) * 0.5f).Store(target + (2 * targetStep));
            c.Store(target + (3 * targetStep));
            return;
        }

        var far = a + (c * 4);
        var middle = b * 2;
        a.Store(target);
        ((ends + b) * (-1f / 3)).Store(target + targetStep);
        ((ends - b) * (-1f / 3)).Store(target + (2 * targetStep));
        ((far + middle) * (1f / 12)).Store(target + (3 * targetStep));
        ((far - middle) * (1f / 12)).Store(target + (4 * targetStep));
        c.Store(target + (5 * targetStep));
    }

    /// <summary>Four inputs to four numbers: Bᵀ d of F(2, 3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InputOfTwo(float* source, nint sourceStep, float* target, nint targetStep)
    {
        var d1 = Vector256.Load(source + sourceStep);
        var d2 = Vector256.Load(source + (2 * sourceStep));
        (Vector256.Load(source) - d2).Store(target);
        (d1 + d2).Store(target + targetStep);
        (d2 - d1).Store(target + (2 * targetStep));
        (d1 - Vector256.Load(source + (3 * sourceStep))).Store(target + (3 * targetStep));
    }

    /// <summary>Six inputs to six numbers: Bᵀ d of F(4, 3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InputOfFour(float* source, nint sourceStep, float* target, nint targetStep)
    {
        var d1 = Vector256.Load(source + sourceStep);
        var d2 = Vector256.Load(source + (2 * sourceStep));
        var d3 = Vector256.Load(source + (3 * sourceStep));
        var d4 = Vector256.Load(source + (4 * sourceStep));
        var even = (d4 * 0.5f) - (d2 * 2);
        var odd = (d3 * 0.5f) - (d1 * 2);
        (Vector256.Load(source) - d2 + ((d4 - d2) * 0.25f)).Store(target);
        (even + odd).Store(target + targetStep);
        (even - odd).Store(target + (2 * targetStep));
        even = (d4 - d2) * 0.5f;
        odd = d3 - d1;
        (even + odd).Store(target + (3 * targetStep));
        (even - odd).Store(target + (4 * targetStep));
        ((d1 - d3) * 4 + (Vector256.Load(source + (5 * sourceStep)) - d3)).Store(target + (5 * targetStep));
    }

    /// <summary>Four sums of products to two outputs: Aᵀ m of F(2, 3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputOfTwo(float* source, nint sourceStep, float* target, nint targetStep)
    {
        var m1 = Vector256.Load(source + sourceStep);
        var m2 = Vector256.Load(source + (2 * sourceStep));
        (Vector256.Load(source) + (m1 + m2)).Store(target);
        ((m1 - m2) - Vector256.Load(source + (3 * sourceStep))).Store(target + targetStep);
    }

    /// <summary>Six sums of products to four outputs: Aᵀ m of F(4, 3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputOfFour(float* source, nint sourceStep, float* target, nint targetStep)
    {
        var m1 = Vector256.Load(source + sourceStep);
        var m2 = Vector256.Load(source + (2 * sourceStep));
        var m3 = Vector256.Load(source + (3 * sourceStep));
        var m4 = Vector256.Load(source + (4 * sourceStep));
        var near = m1 + m2;
        var far = m3 + m4;
        (Vector256.Load(source) + near + far).Store(target);
        (near + (far * 4)).Store(target + (2 * targetStep));
        near = m1 - m2;
        far = (m3 - m4) * 2;
        (near + far).Store(target + targetStep);
        (near + (far * 4) + Vector256.Load(source + (5 * sourceStep))).Store(target + (3 * targetStep));
    }
}
