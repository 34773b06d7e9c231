using System.Numerics.Tensors;
using Speaker.Audio.Features;

namespace Speaker.Audio.Utterances;

/// <summary>
/// Sound of any length, block by block, cut into segments that are listened to one after the other, so that memory
/// depends on the longest segment and not on the recording. Not thread safe.
/// </summary>
/// <remarks>
/// Up to <see cref="LongestSeconds"/> a recording is one segment. A longer one is cut where it is quietest between
/// <see cref="EarliestCutSeconds"/> and <see cref="LatestCutSeconds"/>, and what is left is cut in the same way, so that
/// no segment is shorter than half a minute. Where the cuts lie depends on the sound alone, not on the blocks.
/// <para>
/// Cuts lie on the front end's grid, and a segment is given with as many samples after its cut as make its last frame
/// whole: the frames of the segments are the frames of the whole, none twice and none left out. Only the pre-emphasis
/// of a segment's first sample knows nothing of the sample before it.
/// </para>
/// </remarks>
internal sealed class SegmentCutter
{
    public const double LongestSeconds = 90;
    public const double EarliestCutSeconds = 45;
    public const double LatestCutSeconds = 60;

    /// <summary>Length of the pause that is looked for.</summary>
    private const double PauseSeconds = 0.2;

    private const double FirstSeconds = 10;

    private readonly FrontEndSpecification specification;
    private readonly int longest;
    private readonly int overlap;
    private float[] samples;
    private int count;

    // Samples at the start that went with the last segment; dropped before the next change, as its span is of them.
    private int taken;

    public SegmentCutter(FrontEndSpecification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        this.specification = specification;
        longest = Samples(LongestSeconds);
        overlap = specification.FrameLength - specification.HopLength;
        samples = new float[Samples(FirstSeconds)];
    }

    /// <summary>Where the segments that were taken end, in samples from the recording's beginning.</summary>
    public long Position { get; private set; }

    /// <summary>All that was appended, in samples.</summary>
    public long Length { get; private set; }

    /// <summary>The last segment as it is so far: everything after <see cref="Position"/>. Valid until the next
    /// call.</summary>
    public SoundSegment Rest
    {
        get
        {
            DropTaken();
            return new SoundSegment(samples.AsSpan(0, count), count);
        }
    }

    /// <param name="block">What follows, mono at the front end's rate; any length.</param>
    public void Append(ReadOnlySpan<float> block)
    {
        DropTaken();
        if (samples.Length < count + block.Length)
        {
            Array.Resize(ref samples, Math.Max(count + block.Length, Math.Min(2 * samples.Length, longest)));
        }

        block.CopyTo(samples.AsSpan(count));
        count += block.Length;
        Length += block.Length;
    }

    /// <summary>The next segment, if more sound is there than one may hold.</summary>
    /// <param name="segment">Valid until the next call.</param>
    public bool TryTake(out SoundSegment segment)
    {
        DropTaken();
        if (count <= longest)
        {
            segment = default;
            return false;
        }

        taken = QuietestPlace();
        Position += taken;
        segment = new SoundSegment(samples.AsSpan(0, taken + overlap), taken);
        return true;
    }

    private void DropTaken()
    {
        samples.AsSpan(taken, count - taken).CopyTo(samples);
        count -= taken;
        taken = 0;
    }

    /// <summary>The middle of the quietest pause, in samples, on the grid of frames; of equals the last.</summary>
    private int QuietestPlace()
    {
        var hop = specification.HopLength;
        var first = Samples(EarliestCutSeconds) / hop;
        Span<float> energies = new float[(Samples(LatestCutSeconds) / hop) - first];
        for (var i = 0; i < energies.Length; i++)
        {
            energies[i] = TensorPrimitives.SumOfSquares(samples.AsSpan((first + i) * hop, hop));
        }

        var pause = Math.Max(1, Samples(PauseSeconds) / hop);
        var quietest = 0;
        var least = float.PositiveInfinity;
        for (var i = 0; i + pause <= energies.Length; i++)
        {
            var energy = TensorPrimitives.Sum(energies.Slice(i, pause));
            if (energy <= least)
            {
                least = energy;
                quietest = i;
            }
        }

        return (first + quietest + (pause / 2)) * hop;
    }

    private int Samples(double seconds) => (int)(seconds * specification.SampleRate);
}

/// <summary>A segment of a recording, as <see cref="SegmentCutter"/> cuts it.</summary>
/// <param name="samples">The segment, and after it what its last frame takes of the next one.</param>
/// <param name="length">The segment's own length, in samples.</param>
internal readonly ref struct SoundSegment(ReadOnlySpan<float> samples, int length)
{
    public ReadOnlySpan<float> Samples { get; } = samples;

    public int Length { get; } = length;
}
