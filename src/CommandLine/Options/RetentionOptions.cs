using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.CommandLine.Options;

/// <summary>How long voiceprints are kept. Section <c>Speaker:Retention</c>.</summary>
internal sealed class RetentionOptions
{
    /// <summary>Days after which an utterance is removed, counted from its enrolment, 0.001 to 100,000; null: it is
    /// kept.</summary>
    [Between(0.001, 100_000)]
    public double? Days { get; set; }

    /// <summary>Hours between two looks of <c>serve</c>, 0.001 to 168.</summary>
    [Between(0.001, 168)]
    public double CheckHours { get; set; } = 1;
}

/// <summary>Checks <see cref="RetentionOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class RetentionOptionsValidator : IValidateOptions<RetentionOptions>;
