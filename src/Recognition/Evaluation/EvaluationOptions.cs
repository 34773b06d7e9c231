namespace Speaker.Evaluation;

/// <summary>How a corpus is measured.</summary>
internal sealed record EvaluationOptions
{
    /// <summary>
    /// Seconds of speech of the pieces that utterances are cut into where a corpus has one utterance a speaker, 0.5 to
    /// 60: such trials share the session and are easier than real ones.
    /// </summary>
    public double PieceSeconds { get; init; } = 4;

    /// <summary>Only the first seconds of speech of each utterance count; null: all of it. 0.1 to 3,600.</summary>
    public double? MaximumSeconds { get; init; }

    /// <summary>
    /// Measured besides: the trials whose utterances hold at least so many seconds of speech, cut to them; each 0.1 to
    /// 3,600.
    /// </summary>
    public IReadOnlyList<double> Durations { get; init; } = [];

    /// <summary>Measured besides: the trials with their recordings under these conditions.</summary>
    public IReadOnlyList<ListeningCondition> Conditions { get; init; } = [];

    /// <summary>Sounds for <see cref="ListeningCondition.Noise"/>, 16 kHz mono; empty: synthetic ones.</summary>
    public IReadOnlyList<float[]> Noises { get; init; } = [];

    /// <summary>Seed of what the conditions draw.</summary>
    public int ConditionSeed { get; init; } = 1;

    /// <summary>Whether the report holds curves, histograms and the map of the embeddings.</summary>
    public bool Drawings { get; init; }

    public TrialPairOptions Pairs { get; init; } = new();

    /// <summary>False-accept rate that the model's threshold is taken for.</summary>
    public double TargetFar { get; init; } = 0.01;

    /// <summary>Draws of the bootstrap, 100 to 100,000.</summary>
    public int BootstrapDraws { get; init; } = 1000;

    /// <summary>Threads that read and embed, 1 to 256.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Throws <see cref="ModelException"/> naming the value and the bound where one is out of range.</summary>
    public void Validate()
    {
        Pairs.Validate();
        foreach (var (name, value, low, high) in ((string, double, double, double)[])
                 [
                     (nameof(PieceSeconds), PieceSeconds, 0.5, 60),
                     (nameof(MaximumSeconds), MaximumSeconds ?? 1, 0.1, 3600),
                     .. Durations.Select(seconds => (nameof(Durations), seconds, 0.1, 3600.0)),
                     (nameof(TargetFar), TargetFar, 1e-6, 0.5), (nameof(BootstrapDraws), BootstrapDraws, 100, 100_000),
                     (nameof(Threads), Threads, 1, 256),
                 ])
        {
            if (!(value >= low && value <= high))
            {
                throw new ModelException($"EvaluationOptions.{name} is {value}; it must lie between {low} and {high}.");
            }
        }
    }
}
