using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Speaker.Audio;
using Speaker.Audio.Features;
using Speaker.Audio.SpeechDetection;
using Speaker.Audio.Validation;
using Speaker.Calibration;
using Speaker.Scoring;

namespace Speaker.Models;

/// <summary>A corpus that the weights were trained on.</summary>
/// <param name="Speakers">Training speakers, before speeds are counted as speakers of their own.</param>
/// <param name="Seconds">Of sound.</param>
internal sealed record TrainingCorpus(string Name, string Licence, int Speakers, int Utterances, double Seconds);

/// <summary>How the weights came to be.</summary>
/// <param name="Command">The whole command line.</param>
/// <param name="Seconds">Wall-clock time of the run.</param>
/// <param name="Corpora">All that the weights have learnt from, those of earlier runs included.</param>
/// <param name="From">The runs of the models that this one started from; null where it started from nothing.</param>
internal sealed record TrainingSummary(
    string Command, int Seed, long Steps, double Epochs, double Seconds, IReadOnlyList<TrainingCorpus> Corpora,
    IReadOnlyList<TrainingSummary>? From = null)
{
    /// <summary>One for each speaker that this run learnt from; see Speaker.Evaluation.LearntSpeakers. Null where the run
    /// learnt from nobody, or is of a version that did not keep them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? SpeakerHashes { get; init; }
}

/// <summary>Whose weights they were before this project had them.</summary>
/// <param name="Source">The work and its authors.</param>
/// <param name="Licence">Of the weights.</param>
/// <param name="Changes">What was changed.</param>
internal sealed record WeightsOrigin(string Source, string Licence, string Changes);

/// <summary>One measurement; rates are fractions, 0…1.</summary>
/// <param name="Name">What was measured: corpus, condition, which impostors.</param>
/// <param name="EerInterval">Low and high end of the 95 % interval over speakers.</param>
internal sealed record ModelFigure(
    string Name, long Trials, long Targets, int Speakers, double Eer, IReadOnlyList<double> EerInterval,
    double MinDcf01, double MinDcf05);

/// <summary>
/// What stands beside the weights in NAME.json: how sound becomes features, what network the weights are for, where they
/// come from, what was measured, and which threshold holds which false-accept rate.
/// </summary>
internal sealed record ModelCard
{
    /// <summary>The only <see cref="FormatVersion"/> that this library reads.</summary>
    public const int CurrentFormatVersion = 1;

    public int FormatVersion { get; init; } = CurrentFormatVersion;

    public required string Name { get; init; }

    public required FrontEndSpecification FrontEnd { get; init; }

    public required EncoderSpecification Encoder { get; init; }

    /// <summary>Lower-case hex of the weights file; filled in when the model is saved.</summary>
    public string WeightsSha256 { get; init; } = "";

    public TrainingSummary? Training { get; init; }

    /// <summary>Null where the weights were trained here from random ones.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<WeightsOrigin>? Origins { get; init; }

    public IReadOnlyList<ModelFigure> Figures { get; init; } = [];

    /// <summary>By seconds of speech and condition; null where nobody has measured it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ConditionTable? Conditions { get; init; }

    /// <summary>See <see cref="ThresholdTable"/>; empty until the model is calibrated.</summary>
    public IReadOnlyList<CalibrationPoint> Calibration { get; init; } = [];

    /// <summary>Whose trials the calibration is from, in words; null where nobody said.</summary>
    public string? CalibratedOn { get; init; }

    /// <summary>How far apart recordings of one speaker lie, of the same trials; see <see cref="WithinSpeakerSpread"/>.
    /// Null where nobody measured it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SpreadRow>? WithinSpeaker { get; init; }

    /// <summary>What the model is bad at and what was not measured, in sentences; null where nobody said.</summary>
    public IReadOnlyList<string>? Limitations { get; init; }

    /// <summary>How distances are normalised, with NAME.cohort.safetensors; null: they are plain cosine
    /// distances.</summary>
    public AsNormSpecification? AsNorm { get; init; }

    /// <summary>From distance to log-likelihood ratio, fitted on the dev speakers; null where nobody has.</summary>
    public ScoreCalibration? Scores { get; init; }

    /// <summary>Thresholds that take the length and the condition of a trial into account; null where nobody has fitted
    /// them: then <see cref="Calibration"/> alone decides.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TrialThresholds? TrialThresholds { get; init; }

    /// <summary>When a decision may come before the sound ends; null where nobody has measured it: then never.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LiveThresholds? Live { get; init; }

    /// <summary>The card with thresholds and score calibration of other trials in place of its own.</summary>
    /// <param name="calibration">What the trials gave, with the distances of this card's scoring.</param>
    /// <param name="on">Whose trials they are, in words.</param>
    public ModelCard CalibratedBy(TrialCalibration calibration, string on)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        return this with
        {
            Calibration = calibration.Points,
            CalibratedOn = string.Create(
                CultureInfo.InvariantCulture,
                $"{on}: {calibration.Targets:#,0} target and {Plural.Of(calibration.Impostors, "impostor trial")} of " +
                $"{Plural.Of(calibration.Speakers, "speaker")}"),
            Scores = calibration.Scores,
            WithinSpeaker = calibration.WithinSpeaker.Count > 0 ? calibration.WithinSpeaker : null,
            TrialThresholds = null,
            Live = null,
        };
    }

    /// <exception cref="ModelException">A part is missing, does not fit another, or is of a later version.</exception>
    public void Validate()
    {
        if (FormatVersion != CurrentFormatVersion)
        {
            throw new ModelException(
                $"the model card is of format {FormatVersion}, this program reads {CurrentFormatVersion}; " +
                "use the program that the model came with, or a model for this one");
        }

        if (Encoder is null || FrontEnd?.SpeechDetector is null || Figures is null || Calibration is null
            || string.IsNullOrWhiteSpace(Name) || WeightsSha256 is null)
        {
            throw new ModelException(
                "the model card lacks its name, frontEnd, encoder, weightsSha256, figures or calibration; copy it again");
        }

        if (Conditions is { } conditions && (conditions.Figures is null || conditions.MeasuredOn is null
            || conditions.Figures.Any(figure => figure is not { Condition: not null, Rates: not null })))
        {
            throw new ModelException("the model card's conditions lack a figure; copy the model again");
        }

        AsNorm?.Validate();
        WithinSpeakerSpread.Validate(WithinSpeaker ?? []);
        TrialThresholds?.Validate();
        Live?.Validate();
        if (Scores is { Quality: { } quality }
            && (quality.Shorter is null || quality.Longer is null || quality.SignalToNoise is null))
        {
            throw new ModelException("the model card's scores lack a measure of quality; copy the model again");
        }

        try
        {
            FrontEnd.Validate();
            Encoder.Validate();
        }
        catch (OptionsValidationException e)
        {
            throw new ModelException($"the model card is not valid: {e.Message}; copy the model again", e);
        }

        if (Encoder.Coefficients != FrontEnd.Cepstra)
        {
            throw new ModelException(
                $"the model card's encoder reads {Encoder.Coefficients} coefficients a frame and its front end gives " +
                $"{FrontEnd.Cepstra}; the card was changed by hand");
        }

        if (!Encoder.CanRead(FrontEnd))
        {
            throw new ModelException(
                $"the model card's encoder has a ResNet, which reads all {FrontEnd.MelBands} cepstra of its bands, and " +
                $"its front end keeps {FrontEnd.Cepstra} with a lifter of {FrontEnd.LifterSize}; set cepstra to " +
                $"{FrontEnd.MelBands} and lifterSize to 0");
        }
    }
}
