namespace Speaker.Audio.Features;

/// <summary>What is taken out of each cepstral coefficient over one utterance.</summary>
internal enum FeatureNormalisation
{
    /// <summary>Nothing: features as they were computed.</summary>
    None,

    /// <summary>The mean: removes a constant channel (cepstral mean normalisation).</summary>
    Mean,

    /// <summary>The mean, then the standard deviation: each coefficient has unit variance over the utterance.</summary>
    MeanAndVariance,
}
