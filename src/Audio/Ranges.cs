namespace Speaker.Audio;

/// <summary>The one wording for a value out of its range.</summary>
internal static class Ranges
{
    /// <exception cref="AudioException">The value is not from low to high, or is not a number.</exception>
    public static void Require(string name, double value, double low, double high)
    {
        if (!(value >= low && value <= high))
        {
            throw new AudioException($"{name} is {value}; it must be from {low} to {high}.");
        }
    }
}
