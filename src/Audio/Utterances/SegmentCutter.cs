using Speaker.Audio.Features;
using Speaker.Audio.Numerics;

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

    private readonly FrontEndSpecification _specification;
    private readonly int _longest;
    private readonly int _overlap;
    private float[] _samples;
    private int _count;

    // Samples at the start that went with the last segment; dropped before the next change, as its span is of them.
    private int _taken;

    public SegmentCutter(FrontEndSpecification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        _specification = specification;
        _longest = Samples(LongestSeconds);
        _overlap = specification.FrameLength - specification.HopLength;
        _samples = new float[Samples(FirstSeconds)];
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
            return new SoundSegment(_samples.AsSpan(0, _count), _count);
        }
    }

    /// <param name="block">What follows, mono at the front end's rate; any length.</param>
    public void Append(ReadOnlySpan<float> block)
    {
        DropTaken();
        if (_samples.Length < _count + block.Length)
        {
            Array.Resize(ref _samples, Math.Max(_count + block.Length, Math.Min(2 * _samples.Length, _longest)));
        }

        block.CopyTo(_samples.AsSpan(_count));
        _count += block.Length;
        Length += block.Length;
    }

    /// <summary>The next segment, if more sound is there than one may hold.</summary>
    /// <param name="segment">Valid until the next call.</param>
    public bool TryTake(out SoundSegment segment)
    {
        DropTaken();
        if (_count <= _longest)
        {
            segment = default;
            return false;
        }

        _taken = QuietestPlace();
        Position += _taken;
        segment = new SoundSegment(_samples.AsSpan(0, _taken + _overlap), _taken);
        return true;
    }

    private void DropTaken()
    {
        _samples.AsSpan(_taken, _count - _taken).CopyTo(_samples);
        _count -= _taken;
        _taken = 0;
    }

    /// <summary>The middle of the quietest pause, in samples, on the grid of frames; of equals the last.</summary>
    private int QuietestPlace()
    {
        var hop = _specification.HopLength;
        var first = Samples(EarliestCutSeconds) / hop;
        Span<float> energies = new float[(Samples(LatestCutSeconds) / hop) - first];
        for (var i = 0; i < energies.Length; i++)
        {
            energies[i] = FixedOrderSums.SumOfSquares(_samples.AsSpan((first + i) * hop, hop));
        }

        var pause = Math.Max(1, Samples(PauseSeconds) / hop);
        var quietest = 0;
        var least = float.PositiveInfinity;
        for (var i = 0; i + pause <= energies.Length; i++)
        {
            var energy = FixedOrderSums.Sum(energies.Slice(i, pause));
            if (energy <= least)
            {
                least = energy;
                quietest = i;
            }
        }

        return (first + quietest + (pause / 2)) * hop;
    }

    private int Samples(double seconds) => (int)(seconds * _specification.SampleRate);
}

/// <summary>A segment of a recording, as <see cref="SegmentCutter"/> cuts it.</summary>
/// <param name="samples">The segment, and after it what its last frame takes of the next one.</param>
/// <param name="length">The segment's own length, in samples.</param>
internal readonly ref struct SoundSegment(ReadOnlySpan<float> samples, int length)
{
    public ReadOnlySpan<float> Samples { get; } = samples;

    public int Length { get; } = length;
}
