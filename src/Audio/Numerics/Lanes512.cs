using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Speaker.Audio.Numerics;

/// <summary>Sixteen lanes: AVX-512.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Lanes512>
{
    private readonly Vector512<float> _value;

    private Lanes512(Vector512<float> value) => _value = value;

    /// <summary>Whether the processor has them, and with them 32 registers and a fused multiply-add.</summary>
    public static bool IsSupported
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.IsHardwareAccelerated;
    }

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadWhole(short* source) =>
        new(Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector256.Load(source))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes512 lanes, float* target) => lanes._value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyAdd(float x, Lanes512 weights, Lanes512 sum) =>
        new(Vector512.FusedMultiplyAdd(Vector512.Create(x), weights._value, sum._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Rectify(Lanes512 lanes) => new(Vector512.ConditionalSelect(
        Vector512.LessThan(lanes._value, Vector512<float>.Zero), Vector512<float>.Zero, lanes._value));
}
