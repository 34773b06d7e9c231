namespace NWaves.FeatureExtractors.Options;

/// <summary>What the filter bank weighs.</summary>
public enum SpectrumType
{
    Magnitude,

    /// <summary>Squared magnitude.</summary>
    Power,

    /// <summary>Magnitude over half the size of the transform.</summary>
    MagnitudeNormalized,

    /// <summary>Squared magnitude over half the size of the transform.</summary>
    PowerNormalized,
}
