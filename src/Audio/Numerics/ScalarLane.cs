using System.Runtime.CompilerServices;

namespace Speaker.Audio.Numerics;

/// <summary>One lane: for a processor or a runtime without vectors.</summary>
internal readonly unsafe struct ScalarLane : ILanes<ScalarLane>
{
    private readonly float _value;

    private ScalarLane(float value) => _value = value;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Load(float* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane LoadWhole(short* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ScalarLane lanes, float* target) => *target = lanes._value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane MultiplyAdd(float x, ScalarLane weights, ScalarLane sum) =>
        new(MathF.FusedMultiplyAdd(x, weights._value, sum._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Rectify(ScalarLane lanes) => lanes._value < 0 ? default : lanes;
}
