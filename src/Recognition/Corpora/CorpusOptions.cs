using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.Corpora;

/// <summary>How a corpus without a <c>split</c> column is divided.</summary>
internal sealed record CorpusOptions
{
    /// <summary>Share of each corpus's speakers held out for development, 0 to 0.5.</summary>
    [Between(0, 0.5)]
    public double DevFraction { get; init; } = 0.1;

    /// <exception cref="OptionsValidationException">A value is out of its bounds; the message names every one that
    /// is.</exception>
    public void Validate() => new CorpusOptionsValidator().Require(this);
}

/// <summary>Checks <see cref="CorpusOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class CorpusOptionsValidator : IValidateOptions<CorpusOptions>;
