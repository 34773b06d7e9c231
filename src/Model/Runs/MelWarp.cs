using NWaves.Utils;
using Speaker.Audio.Features;

namespace Speaker.Training.Runs;

/// <summary>
/// Warps the mel axis as another length of the vocal tract would: frequencies are multiplied by a factor up to a
/// boundary and joined to the end of the band by a line (Jaitly and Hinton, "Vocal tract length perturbation (VTLP)
/// improves speech recognition", 2013). Between channels the log energies are joined by lines.
/// </summary>
/// <remarks>Not thread safe: work arrays are reused. One instance, one thread.</remarks>
internal sealed class MelWarp(FrontEndSpecification frontEnd)
{
    /// <summary>Where the warp turns, of the highest frequency: above the third formant.</summary>
    private const double Boundary = 0.6;

    private readonly float[] _row = new float[frontEnd.MelBands];
    private readonly int[] _below = new int[frontEnd.MelBands];
    private readonly float[] _share = new float[frontEnd.MelBands];

    /// <summary>In place on rows of log-mel energies: what was at f Hz is then at about f x factor.</summary>
    public void Apply(Span<float> mel, double factor)
    {
        var bands = _row.Length;
        if (bands < 2)
        {
            return;
        }

        var (low, high) = (Scale.HerzToMel(frontEnd.LowFrequency), Scale.HerzToMel(frontEnd.HighFrequency));
        var step = (high - low) / (bands + 1);
        for (var j = 0; j < bands; j++)
        {
            var from = Source(Scale.MelToHerz(low + (step * (j + 1))), frontEnd.HighFrequency, factor);
            var place = Math.Clamp(((Scale.HerzToMel(from) - low) / step) - 1, 0, bands - 1);
            _below[j] = Math.Min((int)place, bands - 2);
            _share[j] = (float)(place - _below[j]);
        }

        for (var start = 0; start < mel.Length; start += bands)
        {
            var row = mel.Slice(start, bands);
            for (var j = 0; j < bands; j++)
            {
                var below = row[_below[j]];
                _row[j] = below + (_share[j] * (row[_below[j] + 1] - below));
            }

            _row.CopyTo(row);
        }
    }

    /// <summary>Where a frequency of the warped sound comes from; the ends of the band stay.</summary>
    internal static double Source(double hertz, double highest, double factor)
    {
        var turn = Boundary * highest * Math.Min(factor, 1);
        return hertz <= turn
            ? hertz / factor
            : highest - ((highest - hertz) * (highest - (turn / factor)) / (highest - turn));
    }
}
