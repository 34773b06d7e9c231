using System.Numerics;

namespace NWaves.Kernels;

/// <summary>
/// Triangles of equal width on the HTK mel scale, their sides straight in mel, kept as the few bins that each one
/// weighs.
/// </summary>
internal sealed unsafe class MelFilters
{
    private readonly int[] firstBin;
    private readonly int[] firstWeight;
    private readonly float[] weights;

    public MelFilters(int count, int fftSize, int samplingRate, double lowFrequency, double highFrequency)
    {
        Count = count;
        firstBin = new int[count];
        firstWeight = new int[count + 1];
        var all = new List<float>();
        var low = Mel(lowFrequency);
        var step = (Mel(highFrequency) - low) / (count + 1);
        for (var filter = 0; filter < count; filter++)
        {
            var centre = low + ((filter + 1) * step);
            for (var bin = 0; bin <= fftSize / 2; bin++)
            {
                var weight = 1 - (Math.Abs(Mel((double)bin * samplingRate / fftSize) - centre) / step);
                if (weight <= 0)
                {
                    continue;
                }

                if (all.Count == firstWeight[filter])
                {
                    firstBin[filter] = bin;
                }

                all.Add((float)weight);
            }

            firstWeight[filter + 1] = all.Count;
        }

        weights = [.. all];
    }

    public int Count { get; }

    /// <summary>Sums of weighted power, <see cref="Count"/> of them.</summary>
    public void Apply(Vector<float>* power, Vector<float>* outputs)
    {
        for (var filter = 0; filter < Count; filter++)
        {
            var bins = power + firstBin[filter];
            var own = weights.AsSpan(firstWeight[filter]..firstWeight[filter + 1]);
            var sum = Vector<float>.Zero;
            for (var i = 0; i < own.Length; i++)
            {
                sum += bins[i] * own[i];
            }

            outputs[filter] = sum;
        }
    }

    private static double Mel(double frequency) => 1127 * Math.Log(1 + (frequency / 700));
}
