namespace Speaker.Inference;

/// <summary>Brings what a network gives to a length.</summary>
internal static class UnitLength
{
    /// <summary>Below this squared length a vector has no direction.</summary>
    private const double SmallestSquaredNorm = 1e-24;

    /// <param name="vector">Of any length; what is not a number stays one.</param>
    /// <param name="result">As many values.</param>
    /// <param name="length">To bring it to.</param>
    public static void Bring(ReadOnlySpan<float> vector, Span<float> result, double length = 1)
    {
        var squaredNorm = 0.0;
        foreach (var value in vector)
        {
            squaredNorm += (double)value * value;
        }

        // Math.Max keeps what is not a number.
        var scale = length / Math.Sqrt(Math.Max(SmallestSquaredNorm, squaredNorm));
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = (float)(vector[i] * scale);
        }
    }
}
