using System.Buffers.Binary;
using System.Numerics;

namespace Speaker.Audio.Fingerprints;

/// <summary>
/// The outline of a recording by which another file of the same recording is known, whatever its codec, its rate and its
/// level: where the energy of a band rises or falls within 40 ms against the other bands, after Haitsma and Kalker, "A
/// highly robust audio fingerprinting system" (2002), with a third value for what does neither. Another recording of the
/// same words has another outline.
/// </summary>
internal sealed class AudioFingerprint
{
    /// <summary>What is heard of a recording, in seconds; the rest counts by its length.</summary>
    public const double Seconds = 10;

    /// <summary>Two outlines of one recording are so alike, and by <see cref="Allowance"/> over the square root of what
    /// there is to compare more; figures in docs/operations.md.</summary>
    private const double LeastLikeness = 0.6;

    private const double Allowance = 2;

    /// <summary>Frames of 10 ms that a copy may begin later or earlier: what encoders put before the sound.</summary>
    private const int LargestShift = 15;

    /// <summary>Frames that a copy may be longer or shorter.</summary>
    private const int LargestDifference = 35;

    /// <summary>Of the frames of 10 ms every so many are kept; a copy is tried at every one.</summary>
    internal const int KeptOneIn = 4;

    private const int HeaderBytes = sizeof(int);
    private const int FrameBytes = 2 * sizeof(ushort);

    private readonly ushort[] _rises;
    private readonly ushort[] _falls;

    /// <param name="rises">A bit for each band, every 10 ms.</param>
    /// <param name="falls">As many.</param>
    /// <param name="length">Of the whole recording, in frames of 10 ms.</param>
    internal AudioFingerprint(ushort[] rises, ushort[] falls, int length)
    {
        (_rises, _falls) = (rises, falls);
        Length = length;
    }

    /// <summary>Of the whole recording, in frames of 10 ms.</summary>
    public int Length { get; }

    /// <summary>Frames of 10 ms that were heard.</summary>
    internal int Frames => _rises.Length;

    /// <summary>Rises and falls of a frame of 10 ms: a bit for each band, those of the rises below those of the
    /// falls.</summary>
    internal uint Changes(int frame) => _rises[frame] | ((uint)_falls[frame] << 16);

    /// <summary>As <see cref="Changes"/>, of every frame that was kept, <see cref="KeptOneIn"/> apart.</summary>
    /// <param name="kept">From <see cref="ToBytes"/>.</param>
    internal static uint[] KeptChanges(ReadOnlySpan<byte> kept)
    {
        var changes = new uint[Math.Max(0, kept.Length - HeaderBytes) / FrameBytes];
        for (var frame = 0; frame < changes.Length; frame++)
        {
            changes[frame] = BinaryPrimitives.ReadUInt32LittleEndian(kept[(HeaderBytes + (FrameBytes * frame))..]);
        }

        return changes;
    }

    /// <summary>What is kept of it: at most 1 kB.</summary>
    public byte[] ToBytes()
    {
        var frames = (_rises.Length + KeptOneIn - 1) / KeptOneIn;
        var bytes = new byte[HeaderBytes + (FrameBytes * frames)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Length);
        for (var frame = 0; frame < frames; frame++)
        {
            var place = bytes.AsSpan(HeaderBytes + (FrameBytes * frame));
            BinaryPrimitives.WriteUInt16LittleEndian(place, _rises[frame * KeptOneIn]);
            BinaryPrimitives.WriteUInt16LittleEndian(place[sizeof(ushort)..], _falls[frame * KeptOneIn]);
        }

        return bytes;
    }

    /// <summary>Whether this recording, as it was heard, is the one of which the bytes were kept.</summary>
    /// <param name="kept">From <see cref="ToBytes"/>.</param>
    public bool IsOfSameRecording(ReadOnlySpan<byte> kept)
    {
        var (likeness, changes) = Compare(kept);
        // Little is alike by chance more easily.
        return likeness >= LeastLikeness + (Allowance / Math.Sqrt(Math.Max(1, changes)));
    }

    /// <summary>How alike two outlines are where they are most so: 1 the same, about 0 anything else; and by how many
    /// rises and falls. Nothing where the lengths differ.</summary>
    internal (double Likeness, double Changes) Compare(ReadOnlySpan<byte> kept)
    {
        if (kept.Length < HeaderBytes
            || Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(kept) - Length) > LargestDifference)
        {
            return default;
        }

        var best = (Likeness: 0.0, Changes: 0.0);
        for (var shift = -LargestShift; shift <= LargestShift; shift++)
        {
            var shifted = Compare(kept[HeaderBytes..], shift);
            best = shifted.Likeness > best.Likeness ? shifted : best;
        }

        return best;
    }

    private (double Likeness, double Changes) Compare(ReadOnlySpan<byte> kept, int shift)
    {
        var (agreeing, ofKept, ofThis) = (0, 0, 0);
        for (var frame = 0; (frame + 1) * FrameBytes <= kept.Length; frame++)
        {
            var rises = BinaryPrimitives.ReadUInt16LittleEndian(kept[(frame * FrameBytes)..]);
            var falls = BinaryPrimitives.ReadUInt16LittleEndian(kept[((frame * FrameBytes) + sizeof(ushort))..]);
            ofKept += BitOperations.PopCount(rises) + BitOperations.PopCount(falls);
            var place = (frame * KeptOneIn) + shift;
            if (place >= 0 && place < _rises.Length)
            {
                var (otherRises, otherFalls) = (_rises[place], _falls[place]);
                ofThis += BitOperations.PopCount(otherRises) + BitOperations.PopCount(otherFalls);
                agreeing += BitOperations.PopCount((uint)(rises & otherRises))
                    + BitOperations.PopCount((uint)(falls & otherFalls))
                    - BitOperations.PopCount((uint)(rises & otherFalls))
                    - BitOperations.PopCount((uint)(falls & otherRises));
            }
        }

        var changes = Math.Sqrt((double)ofKept * ofThis);
        return (changes == 0 ? 0 : agreeing / changes, changes);
    }
}
