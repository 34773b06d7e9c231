namespace NWaves.FeatureExtractors.Options;

/// <summary>What the filter bank weighs, those that are used here.</summary>
public enum SpectrumType
{
    /// <summary>Squared magnitude of the transform, not divided by its size.</summary>
    Power = 1,
}
