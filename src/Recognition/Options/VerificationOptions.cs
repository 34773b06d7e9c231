using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker;

/// <summary>One-to-one verification.</summary>
public sealed class VerificationOptions
{
    /// <summary>The false-accept rate whose threshold is taken from the model card, above 0 and below 1.</summary>
    [Rate]
    public double TargetFar { get; set; } = 0.01;

    /// <summary>Accept at or below this distance, 0 to 2, whatever the model card says; null: the card's threshold for
    /// <see cref="TargetFar"/>.</summary>
    [Between(0, 2)]
    public double? Threshold { get; set; }
}

/// <summary>Checks <see cref="VerificationOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class VerificationOptionsValidator : IValidateOptions<VerificationOptions>;
