using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.Training.Sampling;

/// <summary>How batches are drawn.</summary>
internal sealed record SamplingOptions : IValidatableObject
{
    /// <summary>P: classes in a batch, 2 to 1,024.</summary>
    [Between(2, 1024)]
    public int Speakers { get; init; } = 32;

    /// <summary>K: crops of each class, 2 to 64; one alone has no positive.</summary>
    [Between(2, 64)]
    public int Utterances { get; init; } = 4;

    /// <summary>
    /// Where a corpus has fewer than P classes, K grows to keep the batch's size, up to this; K to 64.
    /// </summary>
    [Between(2, 64)]
    public int MaximumUtterances { get; init; } = 12;

    /// <summary>
    /// Share of batches drawn from one corpus, 0 to 1: negatives that share the channel must be told apart by the
    /// voice.
    /// </summary>
    [Between(0, 1)]
    public double OneCorpusShare { get; init; } = 0.7;

    /// <summary>A corpus is drawn in proportion to its number of classes to this power, 0 to 1.</summary>
    [Between(0, 1)]
    public double CorpusExponent { get; init; } = 0.5;

    /// <summary>A factor on how often a corpus is drawn, above 0 to 100; 1 where a corpus is not named.</summary>
    public IReadOnlyDictionary<string, double> CorpusWeights { get; init; } = new Dictionary<string, double>();

    /// <summary>
    /// A class is drawn in proportion to its seconds of speech, this many at most, to the power below.
    /// </summary>
    [Between(0.1, 1e6)]
    public double MaximumSeconds { get; init; } = 60;

    /// <summary>0 (all alike) to 1.</summary>
    [Between(0, 1)]
    public double DurationExponent { get; init; } = 0.5;

    /// <summary>
    /// Draw each of the P × K crops from any utterance instead: a class comes as often as it has utterances, and one
    /// that comes once in a batch has no positive there.
    /// </summary>
    public bool EvenUtterances { get; init; }

    /// <summary>
    /// Crops of unlabelled recordings in a batch, over those of speakers, 0 to 1; they count for the teacher's terms
    /// only.
    /// </summary>
    [Between(0, 1)]
    public double UnlabelledShare { get; init; } = 0.1;

    /// <exception cref="OptionsValidationException">A value is out of its bounds; the message names every one that
    /// is.</exception>
    public void Validate() => new SamplingOptionsValidator().Require(this);

    /// <summary>What the values have to be to each other.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaximumUtterances < Utterances)
        {
            yield return Bounds.Failure(
                validationContext, nameof(MaximumUtterances), Bounds.Text(MaximumUtterances),
                Bounds.From(Utterances, 64));
        }

        foreach (var (corpus, weight) in CorpusWeights)
        {
            if (!(weight is > 0 and <= 100))
            {
                yield return Bounds.Failure(
                    validationContext, $"{nameof(CorpusWeights)}.{corpus}", Bounds.Text(weight),
                    "above 0 and at most 100");
            }
        }
    }
}

/// <summary>Checks <see cref="SamplingOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class SamplingOptionsValidator : IValidateOptions<SamplingOptions>;
