namespace Speaker.Training.Mining;

/// <summary>Which rows of a batch are positives and negatives of each other.</summary>
/// <remarks>
/// Where the rows have channels (the version and the corpus that a crop is from), a positive is the same speaker over
/// another channel and a negative another speaker over the same one: the channel then tells nobody apart.
/// </remarks>
internal readonly ref struct BatchRows(ReadOnlySpan<long> speakers, ReadOnlySpan<long> channels)
{
    private readonly ReadOnlySpan<long> _speakers = speakers;
    private readonly ReadOnlySpan<long> _channels = channels;

    /// <summary>B.</summary>
    public int Length => _speakers.Length;

    /// <summary>Whether a row is a positive of an anchor.</summary>
    public bool IsPositive(int anchor, int row) => row != anchor && _speakers[row] == _speakers[anchor]
        && (_channels.IsEmpty || _channels[row] != _channels[anchor]);

    /// <summary>Whether a row is a negative of an anchor.</summary>
    public bool IsNegative(int anchor, int row) => _speakers[row] != _speakers[anchor]
        && (_channels.IsEmpty || _channels[row] == _channels[anchor]);

    /// <summary>Whether an anchor has a positive.</summary>
    public bool HasPositive(int anchor)
    {
        for (var row = 0; row < Length; row++)
        {
            if (IsPositive(anchor, row))
            {
                return true;
            }
        }

        return false;
    }
}
