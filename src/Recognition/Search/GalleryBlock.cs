using System.Runtime.CompilerServices;
using Speaker.Audio.Numerics;
using Speaker.Scoring;

namespace Speaker.Search;

/// <summary>What is known of a row beside its vector.</summary>
/// <param name="Speaker">The name.</param>
/// <param name="Cohort">As <see cref="TrialSide.Cohort"/>.</param>
/// <param name="SpeechSeconds">As there.</param>
/// <param name="SignalToNoise">As there.</param>
/// <param name="Bandwidth">As there.</param>
/// <param name="Recordings">As there.</param>
internal readonly record struct RowFacts(
    string Speaker, CohortStatistics? Cohort, double? SpeechSeconds, double? SignalToNoise, double? Bandwidth,
    int Recordings);

/// <summary>
/// So many rows of a gallery: vectors one after another in float32 and, where asked for, in 8 bits, and beside them what
/// a search needs of each. A gallery grows by blocks, so that nothing is copied when it does.
/// </summary>
/// <remarks>Not thread safe.</remarks>
internal sealed unsafe class GalleryBlock(int dimension)
{
    /// <summary>A block: 1 MB of 256 values in float32, which stays in the second cache while it is worked on.</summary>
    public const int Rows = 1024;

    private readonly AlignedBuffer _vectors = new((long)Rows * LengthOf(dimension));
    private readonly AlignedBuffer _terms = new(4L * Rows);
    private readonly RowFacts[] _facts = new RowFacts[Rows];
    private AlignedBuffer? _bytes;

    /// <summary>Values of a row: the dimension and zeros.</summary>
    public int Length { get; } = LengthOf(dimension);

    /// <summary>[Rows, Length].</summary>
    public float* Vectors => _vectors.Start;

    /// <summary>[Rows, Length]; null unless <see cref="Quantize"/> was called.</summary>
    public sbyte* Bytes => _bytes is null ? null : (sbyte*)_bytes.Start;

    /// <summary>One over the deviation of each row's cohort; 0 without one.</summary>
    public float* InverseDeviations => _terms.Start;

    /// <summary>Mean over deviation of each row's cohort; 0 without one.</summary>
    public float* Ratios => _terms.Start + Rows;

    /// <summary>What the bytes of each row are multiplied by.</summary>
    public float* Scales => _terms.Start + (2 * Rows);

    /// <summary>The length of what the bytes of each row differ by from the row.</summary>
    public float* Errors => _terms.Start + (3 * Rows);

    /// <summary>How long rows of so many values are in memory.</summary>
    public static int LengthOf(int dimension) =>
        (dimension + FloatDots.LengthMultiple - 1) / FloatDots.LengthMultiple * FloatDots.LengthMultiple;

    public ref readonly RowFacts Facts(int row) => ref _facts[row];

    /// <summary>The vector of a row.</summary>
    public ReadOnlySpan<float> Vector(int row) => new(Vectors + ((long)row * Length), dimension);

    /// <summary>The row as the side of a trial.</summary>
    public TrialSide Side(int row)
    {
        var facts = _facts[row];
        return new TrialSide(Vector(row).ToArray(), facts.Cohort)
        {
            SpeechSeconds = facts.SpeechSeconds,
            SignalToNoise = facts.SignalToNoise,
            Bandwidth = facts.Bandwidth,
            Recordings = facts.Recordings,
        };
    }

    public void Set(int row, string speaker, TrialSide side)
    {
        side.Embedding.CopyTo(new Span<float>(Vectors + ((long)row * Length), dimension));
        Set(row, new RowFacts(
            speaker, side.Cohort, side.SpeechSeconds, side.SignalToNoise, side.Bandwidth, side.Recordings));
    }

    /// <summary>Makes a row what a row of another block, or of this one, is.</summary>
    public void Copy(int row, GalleryBlock from, int fromRow)
    {
        from.Vector(fromRow).CopyTo(new Span<float>(Vectors + ((long)row * Length), dimension));
        Set(row, from._facts[fromRow]);
    }

    /// <summary>Forgets a row.</summary>
    public void Clear(int row)
    {
        new Span<float>(Vectors + ((long)row * Length), dimension).Clear();
        Set(row, default);
    }

    /// <summary>Keeps the rows in 8 bits too from now on.</summary>
    public void Quantize()
    {
        if (_bytes is not null)
        {
            return;
        }

        _bytes = new AlignedBuffer((long)Rows * Length / sizeof(float));
        for (var row = 0; row < Rows; row++)
        {
            SetBytes(row);
        }
    }

    private void Set(int row, RowFacts facts)
    {
        _facts[row] = facts;
        var cohort = facts.Cohort;
        InverseDeviations[row] = cohort is { } known ? (float)(1 / known.Deviation) : 0;
        Ratios[row] = cohort is { } same ? (float)(same.Mean / same.Deviation) : 0;
        SetBytes(row);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SetBytes(int row)
    {
        if (_bytes is not null)
        {
            (Scales[row], Errors[row]) = ByteRow.Quantize(Vector(row), Bytes + ((long)row * Length));
        }
    }
}
