using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Speaker.Training.Runs;

/// <summary>
/// From cepstra to log-mel energies and back by the orthonormal DCT-II that the front end ends with; with fewer cepstra
/// than channels what comes out is the spectrum smoothed as the cepstra hold it.
/// </summary>
/// <remarks>Immutable: thread safe.</remarks>
internal sealed class MelDomain
{
    // Columns are padded to whole blocks so that the inner loop has no rest.
    private const int BlockColumns = 32;

    private readonly float[] _toMel;
    private readonly float[] _toCepstra;

    public MelDomain(int cepstra, int bands)
    {
        Cepstra = cepstra;
        Bands = bands;
        _toMel = new float[cepstra * Padded(bands)];
        _toCepstra = new float[bands * Padded(cepstra)];
        for (var k = 0; k < cepstra; k++)
        {
            for (var j = 0; j < bands; j++)
            {
                var cosine = Math.Cos(Math.PI * k * (j + 0.5) / bands);
                var value = (float)(Math.Sqrt((k == 0 ? 1.0 : 2.0) / bands) * cosine);
                _toMel[(k * Padded(bands)) + j] = value;
                _toCepstra[(j * Padded(cepstra)) + k] = value;
            }
        }
    }

    public int Cepstra { get; }

    public int Bands { get; }

    /// <summary>Rows of cepstra to rows of log-mel energies.</summary>
    public void ToMel(ReadOnlySpan<float> cepstra, Span<float> mel) => Multiply(cepstra, Cepstra, _toMel, Bands, mel);

    /// <summary>Rows of log-mel energies to rows of cepstra.</summary>
    public void ToCepstra(ReadOnlySpan<float> mel, Span<float> cepstra) =>
        Multiply(mel, Bands, _toCepstra, Cepstra, cepstra);

    private static int Padded(int columns) => (columns + BlockColumns - 1) / BlockColumns * BlockColumns;

    private static void Multiply(
        ReadOnlySpan<float> rows, int inner, float[] matrix, int columns, Span<float> output)
    {
        var count = rows.Length / inner;
        var stride = Padded(columns) / Vector256<float>.Count;
        var vectors = MemoryMarshal.Cast<float, Vector256<float>>(matrix.AsSpan());
        Span<float> block = stackalloc float[BlockColumns];
        var sums = MemoryMarshal.Cast<float, Vector256<float>>(block);
        for (var row = 0; row < count; row++)
        {
            var x = rows.Slice(row * inner, inner);
            var y = output.Slice(row * columns, columns);
            for (var start = 0; start < columns; start += BlockColumns)
            {
                var zero = Vector256<float>.Zero;
                var (a, b, c, d) = (zero, zero, zero, zero);
                var place = start / Vector256<float>.Count;
                foreach (var value in x)
                {
                    var factor = Vector256.Create(value);
                    var line = vectors.Slice(place, 4);
                    a = Vector256.FusedMultiplyAdd(factor, line[0], a);
                    b = Vector256.FusedMultiplyAdd(factor, line[1], b);
                    c = Vector256.FusedMultiplyAdd(factor, line[2], c);
                    d = Vector256.FusedMultiplyAdd(factor, line[3], d);
                    place += stride;
                }

                (sums[0], sums[1], sums[2], sums[3]) = (a, b, c, d);
                block[..Math.Min(BlockColumns, columns - start)].CopyTo(y[start..]);
            }
        }
    }
}
