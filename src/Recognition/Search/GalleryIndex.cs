using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Speaker.Audio.Numerics;
using Speaker.Scoring;

namespace Speaker.Search;

/// <summary>An enrolled speaker at a distance.</summary>
/// <param name="Speaker">The name.</param>
/// <param name="Distance">As the scorer gives it.</param>
/// <param name="Side">The voiceprint.</param>
internal sealed record FoundVoice(string Speaker, float Distance, TrialSide Side);

/// <summary>What a search found.</summary>
/// <param name="Nearest">The nearest first; equal distances by name, ordinal.</param>
/// <param name="Speakers">How many there were.</param>
internal sealed record FoundVoices(IReadOnlyList<FoundVoice> Nearest, int Speakers);

/// <summary>
/// Everybody's voiceprint in memory, to be searched exactly: the answer is the one that <see cref="Scorer"/> gives when it
/// is asked for each voiceprint in turn and the distances are sorted.
/// </summary>
/// <remarks>
/// A first pass takes the dot products of all rows, in float32 or in 8 bits, and from these a distance with the bounds of
/// its error: rounding, and for bytes what the row and the vector lost (by Cauchy and Schwarz, |x y - x' y'| is at most
/// |x - x'| |y| + |x'| |y - y'|). The few rows that may be among the nearest by their bounds then go through the scorer.
/// Bytes therefore change the time and never the answer.
/// <para>Thread safe: searches run side by side, a change waits for those that are running.</para>
/// </remarks>
#pragma warning disable CA1001 // who searches may hold it longer than its gallery does; its handles end with it
internal sealed unsafe class GalleryIndex(Scorer scorer, int dimension, int bytesFrom)
#pragma warning restore CA1001
{
    /// <summary>How much a dot product of unit vectors may be off for each value: a rounding of half a unit in the last
    /// place for each, in the pass and in the scorer.</summary>
    private const float RoundingOfValue = 1.2e-7f;

    /// <summary>How much else is: vectors whose length is not quite 1, and the arithmetic after the product.</summary>
    private const float Rounding = 4e-6f;

    /// <summary>How much the terms of a distance may be off, as a share of their sizes.</summary>
    private const float RoundingOfTerms = 1e-6f;

    private readonly ReaderWriterLockSlim _lock = new();
    private readonly List<GalleryBlock> _blocks = [];
    private readonly Dictionary<string, int> _rows = new(StringComparer.Ordinal);
    private readonly float _rounding = (dimension * RoundingOfValue) + Rounding;
    private volatile bool _usesBytes;

    /// <summary>How many speakers there are.</summary>
    public int Speakers => ReadLocked(() => _rows.Count);

    /// <summary>Whether the first pass is in 8 bits.</summary>
    public bool UsesBytes => _usesBytes;

    /// <summary>Makes changes that a search sees all of, or none.</summary>
    /// <param name="changes">A speaker with the voiceprint, or with null where the speaker goes; in their order.</param>
    /// <exception cref="ModelException">A voiceprint has another dimension; those before it were put.</exception>
    public void Apply(IReadOnlyList<(string Speaker, TrialSide? Side)> changes)
    {
        _lock.EnterWriteLock();
        try
        {
            foreach (var (speaker, side) in changes)
            {
                if (side is null)
                {
                    Remove(speaker);
                }
                else
                {
                    Put(speaker, side);
                }
            }

            if (!_usesBytes && _rows.Count >= bytesFrom)
            {
                _blocks.ForEach(block => block.Quantize());
                _usesBytes = true;
            }
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <summary>The nearest speakers.</summary>
    /// <param name="test">From the scorer of this gallery.</param>
    /// <param name="count">How many at most, at least 1.</param>
    /// <param name="cancellationToken">Looked at for each thousand speakers.</param>
    /// <exception cref="ModelException">The embedding has another dimension.</exception>
    public FoundVoices Search(TrialSide test, int count, CancellationToken cancellationToken)
    {
        RequireDimension(test.Embedding);
        return ReadLocked(() =>
        {
            var candidates = Candidates(test, Math.Min(count, Math.Max(1, _rows.Count)), cancellationToken);
            var found = new List<FoundVoice>();
            foreach (var row in candidates)
            {
                var (block, place) = (_blocks[row / GalleryBlock.Rows], row % GalleryBlock.Rows);
                found.Add(new FoundVoice(
                    block.Facts(place).Speaker,
                    scorer.Distance(block.Vector(place), block.Facts(place).Cohort, test), block.Side(place)));
            }

            return new FoundVoices(
                [
                    .. found.OrderBy(voice => voice.Distance).ThenBy(voice => voice.Speaker, StringComparer.Ordinal)
                        .Take(count),
                ],
                _rows.Count);
        });
    }

    private T ReadLocked<T>(Func<T> read)
    {
        _lock.EnterReadLock();
        try
        {
            return read();
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    private void Put(string speaker, TrialSide side)
    {
        RequireDimension(side.Embedding);
        if (!_rows.TryGetValue(speaker, out var row))
        {
            row = _rows.Count;
            if (row == _blocks.Count * GalleryBlock.Rows)
            {
                _blocks.Add(new GalleryBlock(dimension));
                if (_usesBytes)
                {
                    _blocks[^1].Quantize();
                }
            }

            _rows.Add(speaker, row);
        }

        _blocks[row / GalleryBlock.Rows].Set(row % GalleryBlock.Rows, speaker, side);
    }

    /// <summary>The last row takes the place of the one that goes.</summary>
    private void Remove(string speaker)
    {
        if (!_rows.Remove(speaker, out var row))
        {
            return;
        }

        var last = _rows.Count;
        var (block, place) = (_blocks[last / GalleryBlock.Rows], last % GalleryBlock.Rows);
        if (row != last)
        {
            _blocks[row / GalleryBlock.Rows].Copy(row % GalleryBlock.Rows, block, place);
            _rows[block.Facts(place).Speaker] = row;
        }

        block.Clear(place);
        if (place == 0)
        {
            _blocks.RemoveAt(_blocks.Count - 1);
        }
    }

    private IEnumerable<int> Candidates(TrialSide test, int count, CancellationToken cancellationToken)
    {
        var nearest = new NearestRows(count);
        var query = new GalleryQuery(test.Embedding, _usesBytes);
        var line = scorer.LineOf(test);
        var cosines = stackalloc float[GalleryBlock.Rows];
        for (var first = 0; first < _rows.Count; first += GalleryBlock.Rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var block = _blocks[first / GalleryBlock.Rows];
            var rows = Math.Min(GalleryBlock.Rows, _rows.Count - first);
            query.Cosines(block, rows, cosines);
            Select(block, first, rows, cosines, query, line, nearest);
        }

        return nearest.Candidates;
    }

    /// <summary>From cosines to distances with their bounds, and those that may be near to the candidates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Select(
        GalleryBlock block, int first, int rows, float* cosines, GalleryQuery query, ScoreLine line, NearestRows nearest)
    {
        var (half, centre) = ((float)line.Half, (float)line.Centre);
        var (inverse, ratio) = ((float)line.Inverse, (float)line.Ratio);
        var queryError = Vector256.Create(query.Error);
        for (var row = 0; row < rows; row += Vector256<float>.Count)
        {
            // distance = centre + slope (1 - cosine) - shift
            var slope = half * (Vector256.Load(block.InverseDeviations + row) + Vector256.Create(inverse));
            var shift = half * (Vector256.Load(block.Ratios + row) + Vector256.Create(ratio));
            var distance = Vector256.Create(centre)
                + (slope * (Vector256<float>.One - Vector256.Load(cosines + row))) - shift;
            var error = Vector256.Create(_rounding);
            if (_usesBytes)
            {
                var rowError = Vector256.Load(block.Errors + row);
                error += rowError + ((Vector256<float>.One + rowError) * queryError);
            }

            var bound = (slope * error)
                + ((Vector256.Abs(Vector256.Create(centre)) + slope + slope + Vector256.Abs(shift)) * RoundingOfTerms);
            var low = distance - bound;
            // What is no number is no farther than anything, and the scorer says what it is.
            var near = ~Vector256.GreaterThan(low, Vector256.Create(nearest.Limit)).ExtractMostSignificantBits() & 0xFF;
            for (; near != 0; near &= near - 1)
            {
                var lane = int.TrailingZeroCount((int)near);
                if (row + lane < rows)
                {
                    nearest.Add(first + row + lane, low[lane], distance[lane] + bound[lane]);
                }
            }
        }
    }

    private void RequireDimension(float[] embedding)
    {
        if (embedding.Length != dimension)
        {
            throw new ModelException(
                $"embeddings of {dimension} and of {embedding.Length} dimensions cannot be compared; they are of two " +
                "models");
        }
    }
}
