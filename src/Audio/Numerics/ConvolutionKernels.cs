using System.Runtime.CompilerServices;

namespace Speaker.Audio.Numerics;

/// <summary>
/// The inner loops of <see cref="Convolution"/>: the sums of several rows stay in registers; each vector of weights is
/// read once for all of them, and each input is spread over the lanes. One method for each number of rows, for only
/// variables become registers.
/// </summary>
internal static unsafe class ConvolutionKernels
{
    /// <summary>Rows at a time where there are 32 vector registers: 24 hold sums.</summary>
    public const int MostRows = 12;

    /// <summary>Rows at a time where there are 16 vector registers: 12 hold sums.</summary>
    public const int MostRowsOfFewRegisters = 6;

    private const int SomeRows = 4;

    /// <summary>How many of the remaining rows to compute next.</summary>
    public static int RowsAtOnce(int remaining, int mostRows) =>
        remaining >= mostRows ? mostRows : remaining >= SomeRows ? SomeRows : 1;

    /// <summary>Computes the next outputs of a panel, as many as there are lanes.</summary>
    /// <param name="of">Advances by as many.</param>
    /// <param name="rows">As <see cref="RowsAtOnce"/> gave it.</param>
    public static void Compute<T, TFormat>(ref PanelRows of, int rows)
        where T : struct, ILanes<T>
        where TFormat : struct, IWeightFormat
    {
        switch (rows)
        {
            case MostRows:
                TwelveRows<T, TFormat>(of);
                break;
            case MostRowsOfFewRegisters:
                SixRows<T, TFormat>(of);
                break;
            case SomeRows:
                FourRows<T, TFormat>(of);
                break;
            default:
                OneRow<T, TFormat>(of);
                break;
        }

        of.Advance(T.Count);
    }

    // Compiled at full optimisation at the first call: the tiers before it would spend seconds here, and code that was
    // compiled ahead of time has no vectors wider than the processor that it was compiled for.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwelveRows<T, TFormat>(in PanelRows of)
        where T : struct, ILanes<T>
        where TFormat : struct, IWeightFormat
    {
        var initial = of.Initial;
        var y0 = T.Load(initial);
        var y1 = T.Load(initial += of.InitialStep);
        var y2 = T.Load(initial += of.InitialStep);
        var y3 = T.Load(initial += of.InitialStep);
        var y4 = T.Load(initial += of.InitialStep);
        var y5 = T.Load(initial += of.InitialStep);
        var y6 = T.Load(initial += of.InitialStep);
        var y7 = T.Load(initial += of.InitialStep);
        var y8 = T.Load(initial += of.InitialStep);
        var y9 = T.Load(initial += of.InitialStep);
        var y10 = T.Load(initial += of.InitialStep);
        var y11 = T.Load(initial + of.InitialStep);

        var weights = of.Weights;
        var weightStep = of.WeightStep;
        var tap = of.Input;
        var row = of.RowStep;
        var twoRows = 2 * row;
        for (var taps = of.Taps; taps > 0; taps--)
        {
            // Four pointers and two steps reach twelve rows.
            var x0 = tap;
            var x3 = x0 + row + twoRows;
            var x6 = x3 + row + twoRows;
            var x9 = x6 + row + twoRows;
            for (var end = weights + (of.Inputs * weightStep); weights < end; weights += weightStep)
            {
                var w = TFormat.Load<T>(weights);
                y0 = T.MultiplyAdd(x0[0], w, y0);
                y1 = T.MultiplyAdd(x0[row], w, y1);
                y2 = T.MultiplyAdd(x0[twoRows], w, y2);
                y3 = T.MultiplyAdd(x3[0], w, y3);
                y4 = T.MultiplyAdd(x3[row], w, y4);
                y5 = T.MultiplyAdd(x3[twoRows], w, y5);
                y6 = T.MultiplyAdd(x6[0], w, y6);
                y7 = T.MultiplyAdd(x6[row], w, y7);
                y8 = T.MultiplyAdd(x6[twoRows], w, y8);
                y9 = T.MultiplyAdd(x9[0], w, y9);
                y10 = T.MultiplyAdd(x9[row], w, y10);
                y11 = T.MultiplyAdd(x9[twoRows], w, y11);
                x0++;
                x3++;
                x6++;
                x9++;
            }

            tap += of.TapStep;
        }

        if (of.Rectify)
        {
            y0 = T.Rectify(y0);
            y1 = T.Rectify(y1);
            y2 = T.Rectify(y2);
            y3 = T.Rectify(y3);
            y4 = T.Rectify(y4);
            y5 = T.Rectify(y5);
            y6 = T.Rectify(y6);
            y7 = T.Rectify(y7);
            y8 = T.Rectify(y8);
            y9 = T.Rectify(y9);
            y10 = T.Rectify(y10);
            y11 = T.Rectify(y11);
        }

        var output = of.Output;
        T.Store(y0, output);
        T.Store(y1, output += of.OutputStep);
        T.Store(y2, output += of.OutputStep);
        T.Store(y3, output += of.OutputStep);
        T.Store(y4, output += of.OutputStep);
        T.Store(y5, output += of.OutputStep);
        T.Store(y6, output += of.OutputStep);
        T.Store(y7, output += of.OutputStep);
        T.Store(y8, output += of.OutputStep);
        T.Store(y9, output += of.OutputStep);
        T.Store(y10, output += of.OutputStep);
        T.Store(y11, output + of.OutputStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SixRows<T, TFormat>(in PanelRows of)
        where T : struct, ILanes<T>
        where TFormat : struct, IWeightFormat
    {
        var initial = of.Initial;
        var y0 = T.Load(initial);
        var y1 = T.Load(initial += of.InitialStep);
        var y2 = T.Load(initial += of.InitialStep);
        var y3 = T.Load(initial += of.InitialStep);
        var y4 = T.Load(initial += of.InitialStep);
        var y5 = T.Load(initial + of.InitialStep);

        var weights = of.Weights;
        var weightStep = of.WeightStep;
        var tap = of.Input;
        var row = of.RowStep;
        var twoRows = 2 * row;
        for (var taps = of.Taps; taps > 0; taps--)
        {
            var x0 = tap;
            var x3 = x0 + row + twoRows;
            for (var end = weights + (of.Inputs * weightStep); weights < end; weights += weightStep)
            {
                var w = TFormat.Load<T>(weights);
                y0 = T.MultiplyAdd(x0[0], w, y0);
                y1 = T.MultiplyAdd(x0[row], w, y1);
                y2 = T.MultiplyAdd(x0[twoRows], w, y2);
                y3 = T.MultiplyAdd(x3[0], w, y3);
                y4 = T.MultiplyAdd(x3[row], w, y4);
                y5 = T.MultiplyAdd(x3[twoRows], w, y5);
                x0++;
                x3++;
            }

            tap += of.TapStep;
        }

        if (of.Rectify)
        {
            y0 = T.Rectify(y0);
            y1 = T.Rectify(y1);
            y2 = T.Rectify(y2);
            y3 = T.Rectify(y3);
            y4 = T.Rectify(y4);
            y5 = T.Rectify(y5);
        }

        var output = of.Output;
        T.Store(y0, output);
        T.Store(y1, output += of.OutputStep);
        T.Store(y2, output += of.OutputStep);
        T.Store(y3, output += of.OutputStep);
        T.Store(y4, output += of.OutputStep);
        T.Store(y5, output + of.OutputStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows<T, TFormat>(in PanelRows of)
        where T : struct, ILanes<T>
        where TFormat : struct, IWeightFormat
    {
        var initial = of.Initial;
        var y0 = T.Load(initial);
        var y1 = T.Load(initial += of.InitialStep);
        var y2 = T.Load(initial += of.InitialStep);
        var y3 = T.Load(initial + of.InitialStep);

        var weights = of.Weights;
        var weightStep = of.WeightStep;
        var tap = of.Input;
        var row = of.RowStep;
        for (var taps = of.Taps; taps > 0; taps--)
        {
            var x0 = tap;
            var x2 = x0 + (2 * row);
            for (var end = weights + (of.Inputs * weightStep); weights < end; weights += weightStep)
            {
                var w = TFormat.Load<T>(weights);
                y0 = T.MultiplyAdd(x0[0], w, y0);
                y1 = T.MultiplyAdd(x0[row], w, y1);
                y2 = T.MultiplyAdd(x2[0], w, y2);
                y3 = T.MultiplyAdd(x2[row], w, y3);
                x0++;
                x2++;
            }

            tap += of.TapStep;
        }

        if (of.Rectify)
        {
            y0 = T.Rectify(y0);
            y1 = T.Rectify(y1);
            y2 = T.Rectify(y2);
            y3 = T.Rectify(y3);
        }

        var output = of.Output;
        T.Store(y0, output);
        T.Store(y1, output += of.OutputStep);
        T.Store(y2, output += of.OutputStep);
        T.Store(y3, output + of.OutputStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneRow<T, TFormat>(in PanelRows of)
        where T : struct, ILanes<T>
        where TFormat : struct, IWeightFormat
    {
        var y = T.Load(of.Initial);
        var weights = of.Weights;
        var weightStep = of.WeightStep;
        var tap = of.Input;
        for (var taps = of.Taps; taps > 0; taps--)
        {
            var x = tap;
            for (var end = weights + (of.Inputs * weightStep); weights < end; weights += weightStep)
            {
                y = T.MultiplyAdd(*x, TFormat.Load<T>(weights), y);
                x++;
            }

            tap += of.TapStep;
        }

        T.Store(of.Rectify ? T.Rectify(y) : y, of.Output);
    }
}
