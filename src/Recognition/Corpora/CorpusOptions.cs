namespace Speaker.Corpora;

/// <summary>How a corpus without a <c>split</c> column is divided.</summary>
internal sealed record CorpusOptions
{
    /// <summary>Share of each corpus's speakers held out for development, 0 to 0.5.</summary>
    public double DevFraction { get; init; } = 0.1;

    /// <summary>
    /// Throws <see cref="ModelException"/> naming the value and the bound where a value is out of range.
    /// </summary>
    public void Validate()
    {
        if (!(DevFraction is >= 0 and <= 0.5))
        {
            throw new ModelException($"CorpusOptions.DevFraction is {DevFraction}; it must lie between 0 and 0.5.");
        }
    }
}
