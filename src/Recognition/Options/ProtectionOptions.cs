using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker;

/// <summary>
/// Where the keys are that voiceprints are sealed with (AES-256-GCM). What is enrolled is sealed as soon as there is a key;
/// <c>speaker vault seal</c> seals what was enrolled before. A source gives one key a line, 32 bytes in base64: the first one
/// seals, all of them open.
/// </summary>
public sealed class ProtectionOptions : IValidatableObject
{
    /// <summary>A file of keys that only its owner may read (mode 0600); null: none.</summary>
    [NotBlank(OrNull = true)]
    public string? KeyFile { get; set; }

    /// <summary>A command of the system's shell that prints the keys, of a key management service for example; null:
    /// none.</summary>
    [NotBlank(OrNull = true)]
    public string? KeyCommand { get; set; }

    /// <summary>The environment variable that has the keys, where neither a file nor a command is named and the variable is
    /// set; null: none.</summary>
    [NotBlank(OrNull = true)]
    public string? KeyVariable { get; set; } = "SPEAKER_STORE_KEYS";

    /// <summary>Use no voiceprint that is not sealed, and seal none without a key: nobody who may write into the store can
    /// then put in a voiceprint of their own.</summary>
    public bool Required { get; set; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (KeyFile is not null && KeyCommand is not null)
        {
            yield return Bounds.Failure(
                validationContext, nameof(KeyCommand), $"'{KeyCommand}'", $"null where {nameof(KeyFile)} is given");
        }
    }
}

/// <summary>Checks <see cref="ProtectionOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class ProtectionOptionsValidator : IValidateOptions<ProtectionOptions>;
