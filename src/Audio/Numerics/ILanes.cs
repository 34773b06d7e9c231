namespace Speaker.Audio.Numerics;

/// <summary>
/// Float32 lanes that lie beside each other in memory. An operation works on every lane by itself and is rounded once,
/// so a lane holds the same bits however many others there are.
/// </summary>
/// <typeparam name="T">The type itself.</typeparam>
internal unsafe interface ILanes<T>
    where T : struct, ILanes<T>
{
    /// <summary>How many.</summary>
    static abstract int Count { get; }

    static abstract T Load(float* source);

    /// <summary>Whole numbers, made float32, which is exact.</summary>
    static abstract T LoadWhole(short* source);

    static abstract void Store(T lanes, float* target);

    /// <summary><paramref name="x"/> times the weights, plus the sum, rounded once.</summary>
    static abstract T MultiplyAdd(float x, T weights, T sum);

    /// <summary>What is below zero becomes zero; what is not a number stays, so that it shows in the result.</summary>
    static abstract T Rectify(T lanes);
}
