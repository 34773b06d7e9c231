using Speaker.Training.Network;

namespace Speaker.Training.Runs;

/// <summary>
/// An encoder of trained models' weights, for a run without steps: several joined, the mean of two, or the branches of
/// all side by side, as the options say.
/// </summary>
internal sealed class GivenWeights : IDisposable
{
    private readonly Encoder _read;
    private readonly WeightMixture? _mixture;

    /// <param name="options">With no steps, and models to start from.</param>
    /// <param name="hear">What each of some models makes of the same recordings: [recordings, D] each.</param>
    /// <exception cref="ModelException">A file is missing or damaged, the models do not fit together, or there are too few
    /// recordings to join them by.</exception>
    /// <exception cref="OperationCanceledException">While the models were heard.</exception>
    public GivenWeights(TrainingOptions options, Func<IReadOnlyList<string>, IReadOnlyList<float[]>> hear)
    {
        _read = new Encoder(options.Encoder);
        try
        {
            if (options.JoinWeights.Count > 0)
            {
                EncoderJoin.ReadInto(options.From, hear(options.From), options.JoinWeights, _read);
            }
            else if (options.InitialShare > 0)
            {
                var (learnt, initial) = (options.From[0], options.From[1]);
                EncoderWeights.ReadInto([initial], _read);
                _mixture = new WeightMixture(_read, options.InitialShare);
                EncoderWeights.ReadInto([learnt], _read);
                _mixture.With(_read);
            }
            else
            {
                EncoderWeights.ReadInto(options.From, _read);
            }

            Encoder.eval();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>On the CPU, in evaluation mode.</summary>
    public Encoder Encoder => _mixture?.Encoder ?? _read;

    /// <inheritdoc/>
    public void Dispose()
    {
        _mixture?.Dispose();
        _read.Dispose();
    }
}
