namespace Speaker.Audio;

/// <summary>Samples to cepstra. Not thread safe: one a thread; its buffers are reused from call to call.</summary>
public sealed class FrontEnd
{
    public FrontEnd(FrontEndSpecification specification) => Specification = specification;

    public FrontEndSpecification Specification { get; }

    /// <summary>Raw MFCC of every frame.</summary>
    public FeatureMatrix Compute(ReadOnlySpan<float> samples) => throw new NotImplementedException();

    public static void Normalise(FeatureMatrix features, FeatureNormalisation normalisation) => throw new NotImplementedException();
}
