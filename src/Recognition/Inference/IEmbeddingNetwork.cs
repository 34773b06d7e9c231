namespace Speaker.Inference;

/// <summary>One of the networks that an encoder may be. Immutable; any number of threads may embed at once.</summary>
internal unsafe interface IEmbeddingNetwork
{
    /// <summary>The embedding of an utterance.</summary>
    /// <param name="features">[frames, coefficients], normalised; must stay where they are.</param>
    /// <param name="frames">At least one.</param>
    /// <param name="embedding">[dimension], receives numbers of unit length.</param>
    /// <param name="threads">At least one; the result is the same bits whatever their number.</param>
    void Embed(float* features, int frames, Span<float> embedding, int threads);
}
