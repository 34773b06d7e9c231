using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker;

/// <summary>One-to-many identification.</summary>
public sealed class IdentificationOptions
{
    /// <summary>
    /// The false-accept rate whose threshold is taken from the model card: stricter than for verification, because
    /// with N speakers enrolled a stranger gets N chances to be taken for someone. Above 0 and below 1.
    /// </summary>
    [Rate]
    public double TargetFar { get; set; } = 0.001;

    /// <summary>Name somebody only at or below this distance, 0 to 2, whatever the model card says; null: the card's
    /// threshold for <see cref="TargetFar"/>.</summary>
    [Between(0, 2)]
    public double? Threshold { get; set; }

    /// <summary>
    /// The share of strangers that may be given a name at all, whoever's, above 0 and below 1: with N speakers enrolled
    /// the rate of each trial is this divided by N, where that is less than <see cref="TargetFar"/>. Below the strictest
    /// rate that the model card has, the threshold is continued from the two strictest and is not measured. Null: the
    /// threshold does not depend on how many are enrolled. It has no effect on a given <see cref="Threshold"/>.
    /// </summary>
    [Rate]
    public double? GalleryFar { get; set; }

    /// <summary>The least distance between the nearest speaker and the runner-up for a name to be given, 0 to
    /// 2.</summary>
    [Between(0, 2)]
    public double MinimumMargin { get; set; } = 0.02;

    /// <summary>How many of the nearest speakers are listed, 1 to 1,000.</summary>
    [Between(1, 1000)]
    public int Top { get; set; } = 3;

    /// <summary>
    /// From so many speakers on a search goes through voiceprints in 8 bits first and compares only the nearest in full,
    /// 0 or more: three to four times as fast, a quarter more memory, and the same answer.
    /// </summary>
    [Between(0, int.MaxValue)]
    public int BytesFrom { get; set; } = 20_000;
}

/// <summary>Checks <see cref="IdentificationOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class IdentificationOptionsValidator : IValidateOptions<IdentificationOptions>;
