using System.Numerics.Tensors;

namespace Speaker.Audio.Features;

/// <summary>
/// A whole sound to mel-frequency cepstral coefficients, as the specification and its conventions say: the stream's
/// frames (<see cref="StreamingFrontEnd"/>), gathered. Not thread safe: one a thread, its buffers reused from call to
/// call; only the features that are returned are allocated.
/// </summary>
internal sealed class FrontEnd
{
    private const int BlockFrames = 128;

    private readonly StreamingFrontEnd _stream;
    private readonly float[] _block;
    private readonly float[] _rows;

    /// <exception cref="AudioException">The specification has a value out of its range.</exception>
    public FrontEnd(FrontEndSpecification specification)
    {
        _stream = new StreamingFrontEnd(specification);
        _block = new float[BlockFrames * specification.HopLength];
        _rows = new float[BlockFrames * specification.Cepstra];
    }

    public FrontEndSpecification Specification => _stream.Specification;

    /// <summary>Raw coefficients of every frame: no normalisation, no speech detection.</summary>
    /// <param name="samples">Mono at the specification's rate, full scale 1.</param>
    public FeatureMatrix Compute(ReadOnlySpan<float> samples) =>
        Compute(samples, [], Specification.CountFrames(samples.Length), 1);

    /// <summary>
    /// Raw coefficients of the frames that are to be kept, <paramref name="kept"/> of them; an empty
    /// <paramref name="keep"/> keeps all. The samples are multiplied by the gain first.
    /// </summary>
    internal FeatureMatrix Compute(ReadOnlySpan<float> samples, ReadOnlySpan<bool> keep, int kept, float gain)
    {
        var features = new FeatureMatrix(kept, Specification.Cepstra);
        var frame = 0;
        var row = 0;
        _stream.Reset();
        while (!samples.IsEmpty)
        {
            var scaled = _block.AsSpan(0, Math.Min(_block.Length, samples.Length));
            TensorPrimitives.Multiply(samples[..scaled.Length], gain, scaled);
            samples = samples[scaled.Length..];
            var together = _stream.Push(scaled, _rows);
            for (var i = 0; i < together; i++, frame++)
            {
                if (keep.IsEmpty || keep[frame])
                {
                    _rows.AsSpan(i * Specification.Cepstra, Specification.Cepstra).CopyTo(features.Row(row++));
                }
            }
        }

        return features;
    }

    /// <summary>
    /// Takes the mean, or the mean and the standard deviation, of each coefficient over the utterance out of it, in
    /// place. A coefficient that does not vary stays at zero.
    /// </summary>
    public static void Normalise(FeatureMatrix features, FeatureNormalisation normalisation)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (normalisation == FeatureNormalisation.None || features.Frames == 0)
        {
            return;
        }

        Span<double> sums = features.Coefficients <= 256
            ? stackalloc double[features.Coefficients]
            : new double[features.Coefficients];
        sums.Clear();
        for (var frame = 0; frame < features.Frames; frame++)
        {
            var row = features.Row(frame);
            for (var i = 0; i < row.Length; i++)
            {
                sums[i] += row[i];
            }
        }

        for (var frame = 0; frame < features.Frames; frame++)
        {
            var row = features.Row(frame);
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = (float)(row[i] - (sums[i] / features.Frames));
            }
        }

        if (normalisation == FeatureNormalisation.MeanAndVariance)
        {
            ScaleToUnitVariance(features, sums);
        }
    }

    private static void ScaleToUnitVariance(FeatureMatrix features, Span<double> squares)
    {
        squares.Clear();
        for (var frame = 0; frame < features.Frames; frame++)
        {
            var row = features.Row(frame);
            for (var i = 0; i < row.Length; i++)
            {
                squares[i] += (double)row[i] * row[i];
            }
        }

        for (var frame = 0; frame < features.Frames; frame++)
        {
            var row = features.Row(frame);
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = (float)(row[i] / Math.Sqrt(Math.Max(squares[i] / features.Frames, 1e-10)));
            }
        }
    }
}
