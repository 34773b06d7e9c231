namespace Speaker.Search;

/// <summary>Unit vectors as integers: the largest magnitude of a vector becomes the largest integer.</summary>
internal static unsafe class ByteRow
{
    /// <summary>Brings a row to 8 bits.</summary>
    /// <param name="row">The values.</param>
    /// <param name="result">As many, -127 to 127.</param>
    /// <returns>What the integers are to be multiplied by, and the length of what they differ by from the row.</returns>
    public static (float Scale, float Error) Quantize(ReadOnlySpan<float> row, sbyte* result)
    {
        var scale = ScaleOf(row, sbyte.MaxValue);
        var error = 0.0;
        for (var i = 0; i < row.Length; i++)
        {
            var value = Math.Clamp(Math.Round(row[i] / (double)scale), -sbyte.MaxValue, sbyte.MaxValue);
            result[i] = (sbyte)value;
            error += Square(row[i] - (value * scale));
        }

        return (scale, LengthOf(error));
    }

    /// <summary>Brings the vector that is searched for to 16 bits, or what of them fits its length.</summary>
    /// <param name="vector">The values.</param>
    /// <param name="result">As many, none beyond <see cref="ByteDots.MostOf"/>.</param>
    /// <returns>As of a row.</returns>
    public static (float Scale, float Error) Quantize(ReadOnlySpan<float> vector, short* result)
    {
        var most = ByteDots.MostOf(vector.Length);
        var scale = ScaleOf(vector, most);
        var error = 0.0;
        for (var i = 0; i < vector.Length; i++)
        {
            var value = Math.Clamp(Math.Round(vector[i] / (double)scale), -most, most);
            result[i] = (short)value;
            error += Square(vector[i] - (value * scale));
        }

        return (scale, LengthOf(error));
    }

    private static float ScaleOf(ReadOnlySpan<float> values, int most)
    {
        var largest = 0f;
        foreach (var value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        // Any scale serves a row of zeros.
        return largest > 0 ? largest / most : 1;
    }

    private static double Square(double x) => x * x;

    /// <summary>Not below the true one.</summary>
    private static float LengthOf(double squares) => MathF.BitIncrement((float)Math.Sqrt(squares));
}
