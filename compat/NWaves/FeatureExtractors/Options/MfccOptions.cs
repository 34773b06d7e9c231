namespace NWaves.FeatureExtractors.Options;

/// <summary>
/// What <see cref="MfccExtractor"/> takes: a bank of triangular filters on the HTK mel scale, then the orthonormal
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
}
