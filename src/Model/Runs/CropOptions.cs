using Speaker.Augmentation;

namespace Speaker.Training.Runs;

/// <summary>How crops are cut from the feature bank and changed on the way.</summary>
internal sealed record CropOptions
{
    /// <summary>Shortest crop, seconds of speech, 0.1 to 60; one length a batch, drawn evenly.</summary>
    public double ShortestSeconds { get; init; } = 0.6;

    /// <summary>Longest crop, seconds of speech.</summary>
    public double LongestSeconds { get; init; } = 3.0;

    /// <summary>
    /// Share of crops cut from the recordings as they are; the others come from any version of them, the unchanged one
    /// included, evenly.
    /// </summary>
    public double UnchangedShare { get; init; } = 0.5;

    /// <summary>Share of crops given a steady noise floor in the log-mel domain.</summary>
    public double NoiseFloorProbability { get; init; } = 0.3;

    /// <summary>Share of crops that lose a band of mel channels (Park et al., "SpecAugment", 2019).</summary>
    public double BandMaskProbability { get; init; } = 0.5;

    /// <summary>Widest such band, channels, 1 to the front end's.</summary>
    public int WidestBandMask { get; init; } = 13;

    /// <summary>Share of crops that lose a segment of frames, at most an eighth of the crop.</summary>
    public double TimeMaskProbability { get; init; } = 0.3;

    /// <summary>
    /// Share of crops heard through a vocal tract of another length: the mel axis is warped (Jaitly and Hinton, "Vocal
    /// tract length perturbation (VTLP) improves speech recognition", 2013). The label stays.
    /// </summary>
    public double WarpProbability { get; init; }

    /// <summary>Factor on the frequencies of a warped crop, 0.5 to 2; above 1 is a shorter tract.</summary>
    public ValueRange WarpFactor { get; init; } = new(0.9, 1.1);

    /// <summary>
    /// Share of crops that lose the cepstra above a random index, which hold the harmonics of the pitch.
    /// </summary>
    public double QuefrencyMaskProbability { get; init; }

    /// <summary>Cepstra that such a crop keeps at least, 1 to 512.</summary>
    public int LowestKeptCepstra { get; init; } = 20;

    /// <summary>Throws <see cref="ModelException"/> naming the value and the bound where one is out of range.</summary>
    public void Validate()
    {
        foreach (var (name, value, low, high) in ((string, double, double, double)[])
                 [
                     (nameof(ShortestSeconds), ShortestSeconds, 0.1, 60),
                     (nameof(LongestSeconds), LongestSeconds, ShortestSeconds, 60),
                     (nameof(UnchangedShare), UnchangedShare, 0, 1),
                     (nameof(NoiseFloorProbability), NoiseFloorProbability, 0, 1),
                     (nameof(BandMaskProbability), BandMaskProbability, 0, 1),
                     (nameof(WidestBandMask), WidestBandMask, 1, 512),
                     (nameof(TimeMaskProbability), TimeMaskProbability, 0, 1),
                     (nameof(WarpProbability), WarpProbability, 0, 1),
                     ("WarpFactor.Low", WarpFactor.Low, 0.5, 2),
                     ("WarpFactor.High", WarpFactor.High, WarpFactor.Low, 2),
                     (nameof(QuefrencyMaskProbability), QuefrencyMaskProbability, 0, 1),
                     (nameof(LowestKeptCepstra), LowestKeptCepstra, 1, 512),
                 ])
        {
            if (!(value >= low && value <= high))
            {
                throw new ModelException($"CropOptions.{name} is {value}; it must lie between {low} and {high}.");
            }
        }
    }
}
