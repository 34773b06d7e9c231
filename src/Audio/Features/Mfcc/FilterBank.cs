using System.Numerics;
using System.Runtime.CompilerServices;

namespace Speaker.Audio.Features.Mfcc;

/// <summary>Weighted sums of a spectrum, each filter kept as the stretch of bins that it weighs.</summary>
internal sealed unsafe class FilterBank
{
    private readonly int[] _firstBin;
    private readonly int[] _firstWeight;
    private readonly float[] _weights;

    private FilterBank(float[][] rows)
    {
        Count = rows.Length;
        _firstBin = new int[Count];
        _firstWeight = new int[Count + 1];
        var all = new List<float>();
        for (var filter = 0; filter < Count; filter++)
        {
            var first = Math.Max(0, Array.FindIndex(rows[filter], weight => weight != 0));
            var last = Array.FindLastIndex(rows[filter], weight => weight != 0);
            _firstBin[filter] = first;
            all.AddRange(rows[filter].AsSpan(first, Math.Max(0, last - first + 1)));
            _firstWeight[filter + 1] = all.Count;
        }

        _weights = [.. all];
    }

    public static FilterBank Of(float[][] rows) => new(rows);

    /// <summary>Triangles of equal width on the HTK mel scale, their sides straight in mel.</summary>
    public static FilterBank Mel(int count, int fftSize, int samplingRate, double lowFrequency, double highFrequency)
    {
        var low = ToMel(lowFrequency);
        var step = (ToMel(highFrequency) - low) / (count + 1);
        var rows = new float[count][];
        for (var filter = 0; filter < count; filter++)
        {
            var centre = low + ((filter + 1) * step);
            rows[filter] = new float[(fftSize / 2) + 1];
            for (var bin = 0; bin < rows[filter].Length; bin++)
            {
                var distance = Math.Abs(ToMel((double)bin * samplingRate / fftSize) - centre);
                rows[filter][bin] = (float)Math.Max(0, 1 - (distance / step));
            }
        }

        return new FilterBank(rows);
    }

    public int Count { get; }

    /// <summary>Sums of weighted power, <see cref="Count"/> of them.</summary>
    [MethodImpl(Kernel.Compiled)]
    public void Apply(Vector<float>* power, Vector<float>* outputs)
    {
        for (var filter = 0; filter < Count; filter++)
        {
            var bins = power + _firstBin[filter];
            var own = _weights.AsSpan(_firstWeight[filter].._firstWeight[filter + 1]);
            var sum = Vector<float>.Zero;
            for (var i = 0; i < own.Length; i++)
            {
                sum += bins[i] * own[i];
            }

            outputs[filter] = sum;
        }
    }

    private static double ToMel(double frequency) => 1127 * Math.Log(1 + (frequency / 700));
}
