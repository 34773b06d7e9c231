using Speaker.Training.Network;

namespace Speaker.Training.Runs;

/// <summary>
/// An encoder of trained models' weights, for a run without steps: several joined, the mean of two, or the branches of
/// all side by side, as the options say.
/// </summary>
internal sealed class GivenWeights : IDisposable
{
    private readonly WeightMixture? _mixture;

    /// <param name="options">With no steps, and models to start from.</param>
    /// <param name="hear">What each of some models makes of the same recordings: [recordings, D] each.</param>
    /// <exception cref="ModelException">A file is missing or damaged, or the models do not fit together.</exception>
    public GivenWeights(TrainingOptions options, Func<IReadOnlyList<string>, IReadOnlyList<float[]>> hear)
    {
        Encoder = new Encoder(options.Encoder);
        if (options.JoinWeights.Count > 0)
        {
            EncoderJoin.ReadInto(options.From, hear(options.From), options.JoinWeights, Encoder);
        }
        else if (options.InitialShare > 0)
        {
            var (learnt, initial) = (options.From[0], options.From[1]);
            EncoderWeights.ReadInto([initial], Encoder);
            _mixture = new WeightMixture(Encoder, options.InitialShare);
            EncoderWeights.ReadInto([learnt], Encoder);
            using var unmixed = Encoder;
            Encoder = _mixture.With(unmixed);
        }
        else
        {
            EncoderWeights.ReadInto(options.From, Encoder);
        }

        Encoder.eval();
    }

    /// <summary>On the CPU, in evaluation mode.</summary>
    public Encoder Encoder { get; }

    /// <inheritdoc/>
    public void Dispose() => ((IDisposable?)_mixture ?? Encoder).Dispose();
}
