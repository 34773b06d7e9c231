using Speaker.Audio.Numerics;

namespace Speaker.Search;

/// <summary>A vector that is searched for: of unit length, on a cache line, and where the gallery has bytes also as
/// integers.</summary>
internal sealed unsafe class GalleryQuery
{
    private readonly AlignedBuffer _vector;
    private readonly AlignedBuffer? _integers;
    private readonly float _scale;

    /// <param name="embedding">Of any length; one without direction is at cosine 0 to everything, as for
    /// <see cref="Scoring.CosineScore"/>.</param>
    /// <param name="usesBytes">Whether the gallery's rows are looked at in 8 bits.</param>
    public GalleryQuery(ReadOnlySpan<float> embedding, bool usesBytes)
    {
        var length = GalleryBlock.LengthOf(embedding.Length);
        _vector = new AlignedBuffer(length);
        var squares = 0.0;
        foreach (var value in embedding)
        {
            squares += (double)value * value;
        }

        var norm = Math.Sqrt(squares);
        for (var i = 0; i < embedding.Length; i++)
        {
            _vector.Start[i] = norm > 0 ? (float)(embedding[i] / norm) : 0;
        }

        if (usesBytes)
        {
            _integers = new AlignedBuffer(length / 2);
            (_scale, Error) = ByteRow.Quantize(_vector.Span, (short*)_integers.Start);
        }
    }

    /// <summary>The length of what the integers differ by from the vector; 0 without them.</summary>
    public float Error { get; }

    /// <summary>The cosines of rows of a block, by its bytes where this was made for them.</summary>
    /// <param name="block">Of the same dimension.</param>
    /// <param name="rows">How many, from the first on.</param>
    /// <param name="results">[GalleryBlock.Rows]; what lies behind those rows may be overwritten.</param>
    public void Cosines(GalleryBlock block, int rows, float* results)
    {
        var count = (rows + FloatDots.RowMultiple - 1) / FloatDots.RowMultiple * FloatDots.RowMultiple;
        if (_integers is null)
        {
            FloatDots.Compute(_vector.Start, block.Vectors, count, block.Length, results);
            return;
        }

        var sums = stackalloc int[GalleryBlock.Rows];
        ByteDots.Compute((short*)_integers.Start, block.Bytes, count, block.Length, sums);
        for (var row = 0; row < rows; row++)
        {
            results[row] = sums[row] * (block.Scales[row] * _scale);
        }
    }
}
