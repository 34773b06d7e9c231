namespace Speaker.Training.Sampling;

/// <summary>How batches are drawn.</summary>
internal sealed record SamplingOptions
{
    /// <summary>P: classes in a batch, 2 to 1,024.</summary>
    public int Speakers { get; init; } = 32;

    /// <summary>K: crops of each class, 2 to 64; one alone has no positive.</summary>
    public int Utterances { get; init; } = 4;

    /// <summary>
    /// Where a corpus has fewer than P classes, K grows to keep the batch's size, up to this; K to 64.
    /// </summary>
    public int MaximumUtterances { get; init; } = 12;

    /// <summary>
    /// Share of batches drawn from one corpus, 0 to 1: negatives that share the channel must be told apart by the
    /// voice.
    /// </summary>
    public double OneCorpusShare { get; init; } = 0.7;

    /// <summary>A corpus is drawn in proportion to its number of classes to this power, 0 to 1.</summary>
    public double CorpusExponent { get; init; } = 0.5;

    /// <summary>A factor on how often a corpus is drawn, above 0 to 100; 1 where a corpus is not named.</summary>
    public IReadOnlyDictionary<string, double> CorpusWeights { get; init; } = new Dictionary<string, double>();

    /// <summary>
    /// A class is drawn in proportion to its seconds of speech, this many at most, to the power below.
    /// </summary>
    public double MaximumSeconds { get; init; } = 60;

    /// <summary>0 (all alike) to 1.</summary>
    public double DurationExponent { get; init; } = 0.5;

    /// <summary>
    /// Draw each of the P × K crops from any utterance instead: a class comes as often as it has utterances, and one
    /// that comes once in a batch has no positive there.
    /// </summary>
    public bool EvenUtterances { get; init; }

    /// <summary>Throws <see cref="ModelException"/> naming the value and the bound where one is out of range.</summary>
    public void Validate()
    {
        foreach (var (name, value, low, high) in ((string, double, double, double)[])
                 [
                     (nameof(Speakers), Speakers, 2, 1024), (nameof(Utterances), Utterances, 2, 64),
                     (nameof(MaximumUtterances), MaximumUtterances, Utterances, 64),
                     (nameof(OneCorpusShare), OneCorpusShare, 0, 1), (nameof(CorpusExponent), CorpusExponent, 0, 1),
                     (nameof(MaximumSeconds), MaximumSeconds, 0.1, 1e6),
                     (nameof(DurationExponent), DurationExponent, 0, 1),
                 ])
        {
            if (!(value >= low && value <= high))
            {
                throw new ModelException($"SamplingOptions.{name} is {value}; it must lie between {low} and {high}.");
            }
        }

        foreach (var (corpus, weight) in CorpusWeights)
        {
            if (!(weight is > 0 and <= 100))
            {
                throw new ModelException(
                    $"The weight of corpus {corpus} is {weight}; it must lie above 0 and be 100 or less.");
            }
        }
    }
}
