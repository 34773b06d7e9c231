using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker;

/// <summary>
/// Recordings that were heard before: whether one that is enrolled, or was accepted lately, may be accepted as a new one.
/// </summary>
/// <remarks>Of <see cref="ISpeakerRecognizer.VerifyAsync"/> and <see cref="ISpeakerRecognizer.IdentifyAsync"/>, and of the
/// decisions and verdicts of a <see cref="LiveSession"/>. What was accepted is remembered in the process, each recogniser for
/// itself, and forgotten with it.</remarks>
public sealed class ReplayOptions
{
    /// <summary>Whether they are rejected with <see cref="Reason.Replayed"/>. Null: not, except in the HTTP service of the
    /// program <c>speaker</c>.</summary>
    public bool? Enabled { get; set; }

    /// <summary>How many recordings that were accepted are remembered of one speaker, the last ones; 0 to 1,000. 0: only
    /// enrolled ones are known again.</summary>
    [Between(0, 1000)]
    public int AcceptedPerSpeaker { get; set; } = 20;

    /// <summary>How many are remembered of all speakers, 0 to 10,000,000; at most 1 kB each.</summary>
    [Between(0, 10_000_000)]
    public int Accepted { get; set; } = 20_000;

    /// <summary>For how long, in hours; 0.01 to 8,760.</summary>
    [Between(0.01, 8760)]
    public double AcceptedHours { get; set; } = 168;
}

/// <summary>Checks <see cref="ReplayOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class ReplayOptionsValidator : IValidateOptions<ReplayOptions>;
