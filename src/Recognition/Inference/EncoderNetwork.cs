using Speaker.Models;

namespace Speaker.Inference;

/// <summary>
/// The encoder in use: normalised features in, unit-length embedding out, by the network that its specification names.
/// </summary>
/// <remarks>
/// Immutable; any number of threads may embed at once. The same features give the same embedding, bit for bit, on every
/// processor and with any number of threads. Work is done in tiles of frames, so the cost of a frame does not grow with
/// the length. Memory is kept and used again: once as many calls have run side by side as will, and as long, nothing is
/// allocated but the result, and with more than one thread what the runtime takes to start them.
/// </remarks>
internal sealed unsafe class EncoderNetwork
{
    private readonly EncoderSpecification _specification;
    private readonly IEmbeddingNetwork _network;
    private readonly string _path;

    /// <param name="specification">What the network is.</param>
    /// <param name="weights">By the names that the trained network gives them; exactly those.</param>
    /// <param name="path">Where they are from, for messages.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The specification is not
    /// valid.</exception>
    /// <exception cref="ModelException">A tensor is missing, has another shape or type, or is one too many.</exception>
    public EncoderNetwork(
        EncoderSpecification specification, IReadOnlyDictionary<string, StoredTensor> weights, string path)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(weights);
        specification.Validate();
        _specification = specification;
        _path = path;
        var reader = new WeightReader(weights, path);
        _network = Create(specification, reader);
        reader.RequireAllRead();
    }

    /// <summary>The network that a checked specification names.</summary>
    internal static IEmbeddingNetwork Create(EncoderSpecification specification, WeightReader reader) =>
        specification.Architecture switch
        {
            EncoderArchitecture.ResNet34 => new ResNetNetwork(specification, reader),
            EncoderArchitecture.Joined => new JoinedNetwork(specification, reader),
            _ => new TdnnNetwork(specification, reader),
        };

    /// <summary>The embedding of an utterance.</summary>
    /// <param name="features">[frames, coefficients], normalised as the front end says.</param>
    /// <param name="frames">At least one.</param>
    /// <param name="threads">That share the work; 1 is the caller's alone. The result is the same.</param>
    /// <returns>[dimension], unit length.</returns>
    /// <exception cref="ModelException">
    /// There is no frame, features are too few or many for the frames, or the embedding holds what is not a number.
    /// </exception>
    public float[] Embed(ReadOnlySpan<float> features, int frames, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (frames < 1 || features.Length != (long)frames * _specification.Coefficients)
        {
            throw new ModelException(
                $"the encoder reads one frame or more of {_specification.Coefficients} features, got {frames} frames " +
                $"and {features.Length} features; use the front end of the model's card");
        }

        var embedding = new float[_specification.Dimension];
        fixed (float* start = features)
        {
            _network.Embed(start, frames, embedding, threads);
        }

        // The weights are read through pointers.
        GC.KeepAlive(this);
        RequireFinite(embedding, features);
        return embedding;
    }

    private void RequireFinite(float[] embedding, ReadOnlySpan<float> features)
    {
        foreach (var value in embedding)
        {
            if (!float.IsFinite(value))
            {
                throw new ModelException(FirstNotFinite(features) is { } feature
                    ? $"the encoder was given a feature that is {feature}; every feature must be finite"
                    : $"the weights of {_path} give an embedding with {value} in it: they are damaged; copy them anew");
            }
        }
    }

    private static float? FirstNotFinite(ReadOnlySpan<float> features)
    {
        foreach (var feature in features)
        {
            if (!float.IsFinite(feature))
            {
                return feature;
            }
        }

        return null;
    }
}
