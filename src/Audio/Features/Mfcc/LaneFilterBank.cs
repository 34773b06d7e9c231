using System.Numerics;
using System.Runtime.CompilerServices;

namespace Speaker.Audio.Features.Mfcc;

/// <summary>
/// Weighted sums of several frames' spectra, one frame in each lane of a vector. Of each filter only the bins from its
/// first weight that is not zero to its last are kept and read.
/// </summary>
internal sealed unsafe class LaneFilterBank
{
    private readonly int[] _firstBin;
    private readonly int[] _firstWeight;
    private readonly float[] _weights;

    /// <param name="filters">Filters by row, each with a weight for every bin of the spectrum.</param>
    public LaneFilterBank(float[][] filters)
    {
        Count = filters.Length;
        _firstBin = new int[Count];
        _firstWeight = new int[Count + 1];
        var weights = new List<float>();
        for (var filter = 0; filter < Count; filter++)
        {
            var row = filters[filter].AsSpan();
            _firstBin[filter] = Math.Max(0, row.IndexOfAnyExcept(0f));
            weights.AddRange(row[_firstBin[filter]..(row.LastIndexOfAnyExcept(0f) + 1)]);
            _firstWeight[filter + 1] = weights.Count;
        }

        _weights = [.. weights];
    }

    /// <summary>How many filters.</summary>
    public int Count { get; }

    /// <param name="spectrum">As many vectors as the filters have weights.</param>
    /// <param name="bands">Receives the sums, <see cref="Count"/> of them, each in the order of the bins.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(Vector<float>* spectrum, Vector<float>* bands)
    {
        for (var filter = 0; filter < Count; filter++)
        {
            var bins = spectrum + _firstBin[filter];
            var own = _weights.AsSpan(_firstWeight[filter].._firstWeight[filter + 1]);
            var sum = Vector<float>.Zero;
            for (var i = 0; i < own.Length; i++)
            {
                sum += bins[i] * own[i];
            }

            bands[filter] = sum;
        }
    }
}
