using System.Runtime.CompilerServices;

namespace Speaker.Audio.Numerics;

/// <summary>How weights lie in memory, and how lanes of them are read: as float32 in either case.</summary>
internal unsafe interface IWeightFormat
{
    /// <summary>Bytes of a weight.</summary>
    static abstract int Size { get; }

    static abstract T Load<T>(byte* source)
        where T : struct, ILanes<T>;
}

/// <summary>Float32, as <see cref="PackedWeights"/> has them.</summary>
internal readonly unsafe struct SingleFormat : IWeightFormat
{
    public static int Size => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load<T>(byte* source)
        where T : struct, ILanes<T> => T.Load((float*)source);
}

/// <summary>Whole numbers of 16 bits, as <see cref="WholeWeights"/> has them.</summary>
internal readonly unsafe struct WholeFormat : IWeightFormat
{
    public static int Size => sizeof(short);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load<T>(byte* source)
        where T : struct, ILanes<T> => T.LoadWhole((short*)source);
}
