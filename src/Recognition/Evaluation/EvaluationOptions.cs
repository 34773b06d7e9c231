using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.Evaluation;

/// <summary>How a corpus is measured.</summary>
internal sealed record EvaluationOptions
{
    /// <summary>
    /// Seconds of speech of the pieces that utterances are cut into where a corpus has one utterance a speaker, 0.5 to
    /// 60: such trials share the session and are easier than real ones.
    /// </summary>
    [Between(0.5, 60)]
    public double PieceSeconds { get; init; } = 4;

    /// <summary>Only the first seconds of speech of each utterance count; null: all of it. 0.1 to 3,600.</summary>
    [Between(0.1, 3600)]
    public double? MaximumSeconds { get; init; }

    /// <summary>
    /// Measured besides: the trials whose utterances hold at least so many seconds of speech, cut to them; each 0.1 to
    /// 3,600. The margin that a front end keeps beside speech does not count.
    /// </summary>
    [Between(0.1, 3600)]
    public IReadOnlyList<double> Durations { get; init; } = [];

    /// <summary>Measured besides: the trials with their recordings under these conditions.</summary>
    public IReadOnlyList<ListeningCondition> Conditions { get; init; } = [];

    /// <summary>Sounds for <see cref="ListeningCondition.Noise"/>, 16 kHz mono; empty: synthetic ones.</summary>
    public IReadOnlyList<float[]> Noises { get; init; } = [];

    /// <summary>Seed of what the conditions draw.</summary>
    public int ConditionSeed { get; init; } = 1;

    /// <summary>Whether the report holds curves, histograms and the map of the embeddings.</summary>
    public bool Drawings { get; init; }

    [ValidateObjectMembers(typeof(TrialPairOptionsValidator))]
    public TrialPairOptions Pairs { get; init; } = new();

    /// <summary>False-accept rate that the model's threshold is taken for.</summary>
    [Between(1e-6, 0.5)]
    public double TargetFar { get; init; } = 0.01;

    /// <summary>Draws of the bootstrap, 100 to 100,000.</summary>
    [Between(100, 100_000)]
    public int BootstrapDraws { get; init; } = 1000;

    /// <summary>Threads that read and embed, 1 to 256.</summary>
    [Between(1, 256)]
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <exception cref="OptionsValidationException">A value is out of its bounds; the message names every one that
    /// is.</exception>
    public void Validate() => new EvaluationOptionsValidator().Require(this);
}

/// <summary>Checks <see cref="EvaluationOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class EvaluationOptionsValidator : IValidateOptions<EvaluationOptions>;
