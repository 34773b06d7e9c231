namespace NWaves.FeatureExtractors.Options;

/// <summary>What is applied to the filter bank's outputs, those that are used here.</summary>
public enum NonLinearityType
{
    /// <summary>Natural logarithm of the output or the floor, whichever is larger.</summary>
    LogE = 0,

    /// <summary>Logarithm to base ten of the output or the floor, whichever is larger.</summary>
    Log10 = 1,
}
