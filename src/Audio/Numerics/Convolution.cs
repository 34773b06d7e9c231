using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;

namespace Speaker.Audio.Numerics;

/// <summary>
/// Sums of products: y[row, o] = initial[o] + sum over taps j and inputs i of w[o, j, i] x[row, j, i]. Each is a chain
/// of fused multiply-adds, tap after tap and input after input. Vector lanes lie across outputs, so the result is the
/// same, bit for bit, for every vector width and however rows are split into calls. Thread safe.
/// </summary>
internal static unsafe class Convolution
{
    /// <summary>Computes rows.</summary>
    /// <param name="weights">Kept alive by the caller.</param>
    /// <param name="rows">What is read and written; results may lie where sums that go on did.</param>
    public static void Compute(PackedWeights weights, in ConvolutionRows rows) =>
        Compute<SingleFormat>(weights.Panels, rows);

    /// <summary>As the other; the sums are those of the whole numbers.</summary>
    /// <param name="weights">Kept alive by the caller.</param>
    /// <param name="rows">As there.</param>
    public static void Compute(WholeWeights weights, in ConvolutionRows rows) =>
        Compute<WholeFormat>(weights.Panels, rows);

    private static void Compute<TFormat>(WeightPanels weights, in ConvolutionRows rows)
        where TFormat : struct, IWeightFormat
    {
        if (Lanes512.IsSupported)
        {
            Compute<Lanes512, Lanes256, TFormat>(weights, rows, ConvolutionKernels.MostRows);
        }
        else if (Lanes256.IsSupported)
        {
            Compute<Lanes256, Lanes256, TFormat>(weights, rows, ConvolutionKernels.MostRowsOfFewRegisters);
        }
        else if (Lanes128.IsSupported)
        {
            Compute<Lanes128, Lanes128, TFormat>(
                weights, rows,
                AdvSimd.IsSupported ? ConvolutionKernels.MostRows : ConvolutionKernels.MostRowsOfFewRegisters);
        }
        else
        {
            Compute<ScalarLane, ScalarLane, TFormat>(weights, rows, ConvolutionKernels.MostRowsOfFewRegisters);
        }
    }

    /// <typeparam name="TWide">The widest lanes of the processor.</typeparam>
    /// <typeparam name="TNarrow">No wider than the narrowest panel.</typeparam>
    /// <typeparam name="TFormat">Of the weights.</typeparam>
    /// <param name="weights">As above.</param>
    /// <param name="rows">As above.</param>
    /// <param name="mostRows">Rows at a time.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compute<TWide, TNarrow, TFormat>(WeightPanels weights, in ConvolutionRows rows, int mostRows)
        where TWide : struct, ILanes<TWide>
        where TNarrow : struct, ILanes<TNarrow>
        where TFormat : struct, IWeightFormat
    {
        int count;
        for (var row = 0; row < rows.Count; row += count)
        {
            count = ConvolutionKernels.RowsAtOnce(rows.Count - row, mostRows);
            int width;
            for (var panel = 0; panel < weights.PaddedOutputs; panel += width)
            {
                width = PackedWeights.PanelWidth(weights.PaddedOutputs - panel);
                var of = new PanelRows(weights, rows, panel, width, row, TFormat.Size);
                while (of.Remaining >= TwoLanes<TWide>.Count)
                {
                    ConvolutionKernels.Compute<TwoLanes<TWide>, TFormat>(ref of, count);
                }

                while (of.Remaining >= TWide.Count)
                {
                    ConvolutionKernels.Compute<TWide, TFormat>(ref of, count);
                }

                while (of.Remaining > 0)
                {
                    ConvolutionKernels.Compute<TNarrow, TFormat>(ref of, count);
                }
            }
        }
    }
}
