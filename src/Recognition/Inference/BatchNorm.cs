namespace Speaker.Inference;

/// <summary>
/// A batch normalisation (Ioffe and Szegedy, 2015) in use: scale x + shift for each channel, to be folded into the
/// layer before or after it.
/// </summary>
internal sealed class BatchNorm
{
    /// <summary>Added to every variance, as PyTorch does.</summary>
    private const double Epsilon = 1e-5;

    /// <param name="weights">The file.</param>
    /// <param name="name">Of the normalisation, such as branches.0.entryNorm.</param>
    /// <param name="channels">That it has.</param>
    /// <exception cref="ModelException">A tensor is missing or has another shape.</exception>
    public BatchNorm(WeightReader weights, string name, int channels)
    {
        var means = weights.Read($"{name}.running_mean", channels);
        var variances = weights.Read($"{name}.running_var", channels);
        var scales = weights.Read($"{name}.weight", channels);
        var shifts = weights.Read($"{name}.bias", channels);
        Scales = new double[channels];
        Shifts = new double[channels];
        for (var c = 0; c < channels; c++)
        {
            Scales[c] = scales[c] / Math.Sqrt(variances[c] + Epsilon);
            Shifts[c] = shifts[c] - (means[c] * Scales[c]);
        }
    }

    /// <summary>[channels].</summary>
    public double[] Scales { get; }

    /// <summary>[channels].</summary>
    public double[] Shifts { get; }

    /// <summary><see cref="Shifts"/> as the biases of a layer.</summary>
    public float[] ToBiases() => Array.ConvertAll(Shifts, shift => (float)shift);
}
