namespace NWaves.FeatureExtractors.Options;

/// <summary>What is applied to the filter bank's outputs; the logarithms take the floor where it is larger.</summary>
public enum NonLinearityType
{
    /// <summary>Natural logarithm.</summary>
    LogE,

    /// <summary>Logarithm to base ten.</summary>
    Log10,

    /// <summary>Ten times the logarithm to base ten.</summary>
    ToDecibel,

    /// <summary>The power 0.33.</summary>
    CubicRoot,

    None,
}
