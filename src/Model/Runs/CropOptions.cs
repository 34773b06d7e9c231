using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;
using Speaker.Augmentation;

namespace Speaker.Training.Runs;

/// <summary>How crops are cut from the feature bank and changed on the way.</summary>
internal sealed record CropOptions : IValidatableObject
{
    /// <summary>Shortest crop, seconds of speech, 0.1 to 60; one length a batch, drawn evenly or as below.</summary>
    [Between(0.1, 60)]
    public double ShortestSeconds { get; init; } = 0.6;

    /// <summary>Longest crop, seconds of speech.</summary>
    [Between(0.1, 60)]
    public double LongestSeconds { get; init; } = 3.0;

    /// <summary>Draw lengths evenly on a logarithmic axis: as many from 0.5 to 1 s as from 1 to 2 s.</summary>
    public bool LogLengths { get; init; }

    /// <summary>
    /// Draw a version of its own for each of a speaker's crops, the same ones for every speaker of the batch; positives
    /// are then mined across versions, negatives within one version of one corpus.
    /// </summary>
    public bool AcrossVersions { get; init; }

    /// <summary>
    /// Share of crops cut from the recordings as they are; the others come from any version of them, the unchanged one
    /// included, evenly. With <see cref="AcrossVersions"/> it is not used: there every version is drawn alike.
    /// </summary>
    [Between(0, 1)]
    public double UnchangedShare { get; init; } = 0.5;

    /// <summary>Share of crops given a steady noise floor in the log-mel domain.</summary>
    [Between(0, 1)]
    public double NoiseFloorProbability { get; init; } = 0.3;

    /// <summary>Share of crops that lose a band of mel channels (Park et al., "SpecAugment", 2019).</summary>
    [Between(0, 1)]
    public double BandMaskProbability { get; init; } = 0.5;

    /// <summary>Widest such band, channels, 1 to the front end's.</summary>
    [Between(1, 512)]
    public int WidestBandMask { get; init; } = 13;

    /// <summary>Share of crops that lose a segment of frames, at most an eighth of the crop.</summary>
    [Between(0, 1)]
    public double TimeMaskProbability { get; init; } = 0.3;

    /// <summary>
    /// Share of crops heard through a vocal tract of another length: the mel axis is warped (Jaitly and Hinton, "Vocal
    /// tract length perturbation (VTLP) improves speech recognition", 2013). The label stays.
    /// </summary>
    [Between(0, 1)]
    public double WarpProbability { get; init; }

    /// <summary>Factor on the frequencies of a warped crop, 0.5 to 2; above 1 is a shorter tract.</summary>
    [RisingBetween(0.5, 2)]
    public ValueRange WarpFactor { get; init; } = new(0.9, 1.1);

    /// <summary>
    /// Share of crops that lose the cepstra above a random index, which hold the harmonics of the pitch.
    /// </summary>
    [Between(0, 1)]
    public double QuefrencyMaskProbability { get; init; }

    /// <summary>Cepstra that such a crop keeps at least, 1 to 512.</summary>
    [Between(1, 512)]
    public int LowestKeptCepstra { get; init; } = 20;

    /// <summary>Where a length of so many seconds lies between the shortest crop, 0, and the longest, 1, by its
    /// logarithm; 0 where both are the same.</summary>
    public double PositionOf(double seconds) => LongestSeconds > ShortestSeconds
        ? Math.Clamp(Math.Log(seconds / ShortestSeconds) / Math.Log(LongestSeconds / ShortestSeconds), 0, 1)
        : 0;

    /// <exception cref="OptionsValidationException">A value is out of its bounds; the message names every one that
    /// is.</exception>
    public void Validate() => new CropOptionsValidator().Require(this);

    /// <summary>What the values have to be to each other.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LongestSeconds < ShortestSeconds)
        {
            yield return Bounds.Failure(
                validationContext, nameof(LongestSeconds), Bounds.Text(LongestSeconds),
                Bounds.From(ShortestSeconds, 60));
        }
    }
}

/// <summary>Checks <see cref="CropOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class CropOptionsValidator : IValidateOptions<CropOptions>;
