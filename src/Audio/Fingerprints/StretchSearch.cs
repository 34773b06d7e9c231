using System.Numerics;
using System.Runtime.InteropServices;

namespace Speaker.Audio.Fingerprints;

/// <summary>
/// Finds what a recording has in common with others whose outlines were kept, wherever it lies in their first 10 s: a
/// copy that was cut at either end, shifted or put behind a silence.
/// </summary>
/// <remarks>
/// Two frames are compared in one step of bits. Shifts are tried 20 ms apart first, and those between them only beside
/// one that is half as like as it has to be: a frame spans 64 ms, so that 10 ms aside a copy is still like itself.
/// </remarks>
internal sealed class StretchSearch
{
    private const int OneIn = AudioFingerprint.KeptOneIn;

    private readonly StretchRule _rule;
    private readonly int _leastFrames;

    /// <summary>By the remainder of a frame's place: [i] is the frame at 4 i + remainder.</summary>
    private readonly uint[][] _heard = new uint[OneIn][];

    /// <summary>How many rises and falls there are before each of them.</summary>
    private readonly int[][] _before = new int[OneIn][];

    /// <param name="heard">Of the recording that may have been heard before.</param>
    /// <param name="rule">When two are one.</param>
    public StretchSearch(AudioFingerprint heard, StretchRule rule)
    {
        _rule = rule;
        _leastFrames = (int)Math.Ceiling(rule.LeastSeconds * 100 / OneIn);
        for (var remainder = 0; remainder < OneIn; remainder++)
        {
            var frames = new uint[Math.Max(0, heard.Frames - remainder + OneIn - 1) / OneIn];
            for (var i = 0; i < frames.Length; i++)
            {
                frames[i] = heard.Changes((i * OneIn) + remainder);
            }

            _heard[remainder] = frames;
            _before[remainder] = SumsBefore(frames);
        }
    }

    /// <summary>Where this recording and another are most alike for how much there is to compare.</summary>
    /// <param name="kept">From <see cref="AudioFingerprint.ToBytes"/>.</param>
    public CommonStretch Find(ReadOnlySpan<byte> kept)
    {
        var other = new Outline(AudioFingerprint.KeptChanges(kept));
        var (first, last) = (OneIn * (_leastFrames - other.Frames.Length), OneIn * (_heard[0].Length - _leastFrames));
        var shifts = last - first + 1;
        if (shifts <= 0 || other.Frames.Length < _leastFrames)
        {
            return CommonStretch.None;
        }

        var best = CommonStretch.None;
        var tried = first - 1;
        for (var shift = first; shift <= last; shift += 2)
        {
            var here = At(shift, other, shifts);
            best = here.Excess > best.Excess ? here : best;
            if (here.Likeness < here.Needed / 2)
            {
                continue;
            }

            foreach (var aside in (ReadOnlySpan<int>)[shift - 1, shift + 1])
            {
                if (aside > tried && aside <= last)
                {
                    here = At(aside, other, shifts);
                    best = here.Excess > best.Excess ? here : best;
                    tried = aside;
                }
            }
        }

        return best;
    }

    /// <param name="shift">Frames of 10 ms from the beginning of this recording to that of the other.</param>
    private CommonStretch At(int shift, Outline other, int shifts)
    {
        var remainder = shift & (OneIn - 1);
        var offset = (shift - remainder) / OneIn;
        var heard = _heard[remainder];
        var from = Math.Max(0, -offset);
        var to = Math.Min(other.Frames.Length, heard.Length - offset);
        if (to - from < _leastFrames)
        {
            return CommonStretch.None;
        }

        var before = _before[remainder];
        var changes = Math.Sqrt(
            (double)(before[to + offset] - before[from + offset]) * (other.Before[to] - other.Before[from]));
        if (changes == 0)
        {
            return CommonStretch.None;
        }

        var agreement = Agreement(
            heard.AsSpan(from + offset, to - from), other.Frames.AsSpan(from, to - from),
            other.Crossed.AsSpan(from, to - from));
        return new CommonStretch(
            agreement / changes, _rule.Needed(shifts, changes), (double)(to - from) * OneIn / 100);
    }

    /// <summary>How often both rise or both fall, less how often one rises where the other falls.</summary>
    private static int Agreement(ReadOnlySpan<uint> heard, ReadOnlySpan<uint> other, ReadOnlySpan<uint> crossed)
    {
        var heardPairs = MemoryMarshal.Cast<uint, ulong>(heard);
        var otherPairs = MemoryMarshal.Cast<uint, ulong>(other);
        var crossedPairs = MemoryMarshal.Cast<uint, ulong>(crossed);
        var agreement = 0;
        for (var i = 0; i < heardPairs.Length; i++)
        {
            agreement += BitOperations.PopCount(heardPairs[i] & otherPairs[i])
                - BitOperations.PopCount(heardPairs[i] & crossedPairs[i]);
        }

        if (heard.Length % 2 != 0)
        {
            agreement += BitOperations.PopCount(heard[^1] & other[^1]) - BitOperations.PopCount(heard[^1] & crossed[^1]);
        }

        return agreement;
    }

    private static int[] SumsBefore(uint[] frames)
    {
        var sums = new int[frames.Length + 1];
        for (var i = 0; i < frames.Length; i++)
        {
            sums[i + 1] = sums[i] + BitOperations.PopCount(frames[i]);
        }

        return sums;
    }

    /// <summary>The other side of a search.</summary>
    private sealed class Outline(uint[] frames)
    {
        public uint[] Frames { get; } = frames;

        /// <summary>The falls in the place of the rises, and the other way round.</summary>
        public uint[] Crossed { get; } = Array.ConvertAll(frames, frame => BitOperations.RotateLeft(frame, 16));

        public int[] Before { get; } = SumsBefore(frames);
    }
}
