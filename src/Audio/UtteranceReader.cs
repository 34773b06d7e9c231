namespace Speaker.Audio;

/// <summary>The one door from sound to features. Not thread safe: one a thread.</summary>
public sealed class UtteranceReader
{
    public UtteranceReader(FrontEndSpecification specification, UtteranceOptions options)
    {
        Specification = specification;
        Options = options;
    }

    public FrontEndSpecification Specification { get; }

    public UtteranceOptions Options { get; }

    public UtteranceResult Read(string path, CancellationToken cancellationToken) => throw new NotImplementedException();

    public UtteranceResult Analyse(ReadOnlySpan<float> samples) => throw new NotImplementedException();
}
