namespace NWaves.FeatureExtractors.Options;

/// <summary>
/// What <see cref="MfccExtractor"/> takes: by default triangular filters on the HTK mel scale, then the orthonormal
/// DCT-II.
/// </summary>
public class MfccOptions : FilterbankOptions
{
    public MfccOptions()
    {
        FilterBankSize = 24;
        NonLinearity = NonLinearityType.Log10;
    }

    /// <summary>L of the lifter 1 + L/2 sin(pi n / L); 0 for none.</summary>
    public int LifterSize { get; set; }

    /// <summary>1, 2, 3 or 4, followed by N for the orthonormal form.</summary>
    public string DctType { get; set; } = "2N";

    /// <summary>Puts the logarithm of the windowed frame's energy in the place of coefficient 0.</summary>
    public bool IncludeEnergy { get; set; }

    /// <summary>Smallest energy that the logarithm sees.</summary>
    public float LogEnergyFloor { get; set; } = float.Epsilon;
}
