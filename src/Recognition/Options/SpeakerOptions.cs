using Microsoft.Extensions.Options;
using Speaker.Audio.Utterances;
using Speaker.Audio;

namespace Speaker;

/// <summary>
/// Everything that can be set of a recogniser, one part a concern. The defaults are the ones that the figures of the
/// model were measured with.
/// </summary>
public sealed class SpeakerOptions
{
    /// <summary>Which encoder.</summary>
    [ValidateObjectMembers(typeof(ModelOptionsValidator))]
    public ModelOptions Model { get; set; } = new();

    /// <summary>Where voiceprints are kept.</summary>
    [ValidateObjectMembers(typeof(StoreOptionsValidator))]
    public StoreOptions Store { get; set; } = new();

    /// <summary>The keys that voiceprints are sealed with.</summary>
    [ValidateObjectMembers(typeof(ProtectionOptionsValidator))]
    public ProtectionOptions Protection { get; set; } = new();

    /// <summary>What the audit log of the store holds.</summary>
    public AuditOptions Audit { get; set; } = new();

    /// <summary>How sound files are opened.</summary>
    [ValidateObjectMembers]
    public AudioFileOptions Audio { get; set; } = new();

    /// <summary>What counts as an utterance at all: what falls short is inconclusive, and refused at enrolment.</summary>
    [ValidateObjectMembers(typeof(UtteranceOptionsValidator))]
    public UtteranceOptions Utterance { get; set; } = new();

    /// <summary>What in a recording is worth a warning beside the answer.</summary>
    [ValidateObjectMembers(typeof(QualityOptionsValidator))]
    public QualityOptions Quality { get; set; } = new();

    /// <summary>One-to-one verification.</summary>
    [ValidateObjectMembers(typeof(VerificationOptionsValidator))]
    public VerificationOptions Verification { get; set; } = new();

    /// <summary>Enrolment.</summary>
    [ValidateObjectMembers(typeof(EnrolmentOptionsValidator))]
    public EnrolmentOptions Enrolment { get; set; } = new();

    /// <summary>One-to-many identification.</summary>
    [ValidateObjectMembers(typeof(IdentificationOptionsValidator))]
    public IdentificationOptions Identification { get; set; } = new();

    /// <summary>Recordings that were heard before.</summary>
    [ValidateObjectMembers(typeof(ReplayOptionsValidator))]
    public ReplayOptions Replay { get; set; } = new();

    /// <summary>How much of the machine is used.</summary>
    [ValidateObjectMembers(typeof(InferenceOptionsValidator))]
    public InferenceOptions Inference { get; set; } = new();
}

/// <summary>Checks <see cref="SpeakerOptions"/> with all its parts.</summary>
[OptionsValidator]
internal sealed partial class SpeakerOptionsValidator : IValidateOptions<SpeakerOptions>;
