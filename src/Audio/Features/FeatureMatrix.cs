namespace Speaker.Audio.Features;

/// <summary>Features of one utterance: <see cref="Frames"/> x <see cref="Coefficients"/>, row-major.</summary>
internal sealed class FeatureMatrix
{
    /// <param name="frames">Rows; 0 for an empty matrix.</param>
    /// <param name="coefficients">Columns, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative count of frames, or no coefficient.</exception>
    public FeatureMatrix(int frames, int coefficients)
        : this(new float[checked(frames * coefficients)], frames, coefficients)
    {
    }

    /// <param name="values">Row-major values, kept and not copied: frames x coefficients of them.</param>
    /// <param name="frames">Rows; 0 for an empty matrix.</param>
    /// <param name="coefficients">Columns, at least 1.</param>
    /// <exception cref="ArgumentException">The array is not frames x coefficients long.</exception>
    public FeatureMatrix(float[] values, int frames, int coefficients)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfNegative(frames);
        ArgumentOutOfRangeException.ThrowIfLessThan(coefficients, 1);
        if (values.Length != (long)frames * coefficients)
        {
            throw new ArgumentException(
                $"{values.Length} values do not make {frames} frames of {coefficients} coefficients.", nameof(values));
        }

        Values = values;
        Frames = frames;
        Coefficients = coefficients;
    }

    /// <summary>Rows: one a frame, in order of time.</summary>
    public int Frames { get; }

    /// <summary>Columns: one a coefficient.</summary>
    public int Coefficients { get; }

    /// <summary>All values, row after row.</summary>
    public float[] Values { get; }

    /// <summary>One frame's coefficients, writable.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such frame.</exception>
    public Span<float> Row(int frame) => Values.AsSpan(checked(frame * Coefficients), Coefficients);

    /// <summary>A copy of <paramref name="count"/> frames from <paramref name="start"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the matrix.</exception>
    public FeatureMatrix Slice(int start, int count) => new(
        Values.AsSpan(checked(start * Coefficients), checked(count * Coefficients)).ToArray(), count, Coefficients);
}
