using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Speaker.Audio.Numerics;

namespace Speaker.Inference;

/// <summary>
/// What the encoder does to frames beside its convolutions. Rows lie one after another, channels side by side, as many
/// as a multiple of <see cref="PackedWeights.OutputMultiple"/>. Sums over frames are one chain in each channel, in the
/// frames' order, so that results are the same, bit for bit, on every processor.
/// </summary>
internal static unsafe class FrameKernels
{
    private static int Lanes => Vector256<float>.Count;

    /// <summary>Sums of each channel.</summary>
    /// <param name="x">[frames, channels].</param>
    /// <param name="frames">At least one.</param>
    /// <param name="channels">Of a row.</param>
    /// <param name="sums">[channels], overwritten.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(float* x, int frames, int channels, float* sums)
    {
        new Span<float>(sums, channels).Clear();
        for (var end = x + ((nint)frames * channels); x < end; x += channels)
        {
            for (var c = 0; c < channels; c += Lanes)
            {
                (Vector256.Load(sums + c) + Vector256.Load(x + c)).Store(sums + c);
            }
        }
    }

    /// <summary>Sums of each channel and of its squares.</summary>
    /// <param name="x">[frames, channels].</param>
    /// <param name="frames">At least one.</param>
    /// <param name="channels">Of a row.</param>
    /// <param name="sums">[2, channels], overwritten.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumWithSquares(float* x, int frames, int channels, float* sums)
    {
        var squares = sums + channels;
        new Span<float>(sums, 2 * channels).Clear();
        for (var end = x + ((nint)frames * channels); x < end; x += channels)
        {
            for (var c = 0; c < channels; c += Lanes)
            {
                var value = Vector256.Load(x + c);
                (Vector256.Load(sums + c) + value).Store(sums + c);
                (Vector256.Load(squares + c) + (value * value)).Store(squares + c);
            }
        }
    }

    /// <summary>x = relu(x + gate h).</summary>
    /// <param name="x">[frames, channels].</param>
    /// <param name="h">[frames, channels].</param>
    /// <param name="gate">[channels].</param>
    /// <param name="frames">Of both.</param>
    /// <param name="channels">Of a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddGatedAndRectify(float* x, float* h, float* gate, int frames, int channels)
    {
        for (var end = x + ((nint)frames * channels); x < end; x += channels, h += channels)
        {
            for (var c = 0; c < channels; c += Lanes)
            {
                var sum = Vector256.Load(x + c) + (Vector256.Load(gate + c) * Vector256.Load(h + c));
                // What is not a number fails the comparison and stays.
                Vector256.ConditionalSelect(
                    Vector256.LessThan(sum, Vector256<float>.Zero), Vector256<float>.Zero, sum).Store(x + c);
            }
        }
    }

    /// <summary>tanh of so many values, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tanh(float* x, nint count)
    {
        for (var end = x + count; x < end; x += Lanes)
        {
            LaneFunctions.Tanh(Vector256.Load(x)).Store(x);
        }
    }

    /// <summary>1 / (1 + e^-x) of so many values, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sigmoid(float* x, int count)
    {
        for (var end = x + count; x < end; x += Lanes)
        {
            LaneFunctions.Sigmoid(Vector256.Load(x)).Store(x);
        }
    }

    /// <summary>e^(x - most) of so many values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Exp(float* x, float* most, int count, float* result)
    {
        for (var c = 0; c < count; c += Lanes)
        {
            LaneFunctions.Exp(Vector256.Load(x + c) - Vector256.Load(most + c)).Store(result + c);
        }
    }

    /// <summary>
    /// For each channel the largest score m, and the sums over frames of e = e^(score - m), of e x and of e x²: what a
    /// softmax over frames needs of some of them.
    /// </summary>
    /// <param name="scores">[frames, channels].</param>
    /// <param name="x">[frames, channels].</param>
    /// <param name="frames">At least one.</param>
    /// <param name="channels">Of a row.</param>
    /// <param name="sums">[4, channels], overwritten.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SoftmaxSums(float* scores, float* x, int frames, int channels, float* sums)
    {
        var most = sums;
        var weights = most + channels;
        var means = weights + channels;
        var squares = means + channels;
        new Span<float>(most, channels).Fill(float.NegativeInfinity);
        new Span<float>(weights, 3 * channels).Clear();
        var end = scores + ((nint)frames * channels);
        for (var score = scores; score < end; score += channels)
        {
            for (var c = 0; c < channels; c += Lanes)
            {
                var value = Vector256.Load(score + c);
                var before = Vector256.Load(most + c);
                Vector256.ConditionalSelect(Vector256.GreaterThan(value, before), value, before).Store(most + c);
            }
        }

        for (; scores < end; scores += channels, x += channels)
        {
            for (var c = 0; c < channels; c += Lanes)
            {
                var weight = LaneFunctions.Exp(Vector256.Load(scores + c) - Vector256.Load(most + c));
                var value = Vector256.Load(x + c);
                var weighted = weight * value;
                (Vector256.Load(weights + c) + weight).Store(weights + c);
                (Vector256.Load(means + c) + weighted).Store(means + c);
                (Vector256.Load(squares + c) + (weighted * value)).Store(squares + c);
            }
        }
    }
}
