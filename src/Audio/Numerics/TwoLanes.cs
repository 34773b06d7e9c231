using System.Runtime.CompilerServices;

namespace Speaker.Audio.Numerics;

/// <summary>Two neighbouring vectors: twice the work for each input that is read.</summary>
/// <typeparam name="T">Each of them.</typeparam>
internal readonly unsafe struct TwoLanes<T> : ILanes<TwoLanes<T>>
    where T : struct, ILanes<T>
{
    private readonly T _first;
    private readonly T _second;

    private TwoLanes(T first, T second)
    {
        _first = first;
        _second = second;
    }

    public static int Count => 2 * T.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoLanes<T> Load(float* source) => new(T.Load(source), T.Load(source + T.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoLanes<T> LoadWhole(short* source) => new(T.LoadWhole(source), T.LoadWhole(source + T.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TwoLanes<T> lanes, float* target)
    {
        T.Store(lanes._first, target);
        T.Store(lanes._second, target + T.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoLanes<T> MultiplyAdd(float x, TwoLanes<T> weights, TwoLanes<T> sum) => new(
        T.MultiplyAdd(x, weights._first, sum._first), T.MultiplyAdd(x, weights._second, sum._second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoLanes<T> Rectify(TwoLanes<T> lanes) => new(T.Rectify(lanes._first), T.Rectify(lanes._second));
}
