using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.CommandLine.Options;

/// <summary>The folder that <c>serve</c> watches. Section <c>Speaker:Inbox</c>.</summary>
internal sealed class InboxOptions : IValidatableObject
{
    /// <summary>Watched folder: DIRECTORY/speaker/file.</summary>
    [NotBlank]
    public string Directory { get; set; } = "inbox";

    /// <summary>Where enrolled files go: DIRECTORY/speaker/file.</summary>
    [NotBlank]
    public string ProcessedDirectory { get; set; } = "processed";

    /// <summary>Where refused files go, each with file.reason.json beside it.</summary>
    [NotBlank]
    public string RefusedDirectory { get; set; } = "refused";

    /// <summary>What everybody whose recordings come through the inbox consented to; noted with each enrolment. Null:
    /// nothing is noted.</summary>
    [NotBlank(OrNull = true)]
    public string? Consent { get; set; }

    /// <summary>Seconds without growth after which a file counts as completely written, 0.05 to 3,600.</summary>
    [Between(0.05, 3600)]
    public double StableSeconds { get; set; } = 1;

    /// <summary>Seconds without growth after which a file is refused as cut whose own header says that there is more of
    /// it, 0.05 to 86,400. Until then it counts as half a copy.</summary>
    [Between(0.05, 86_400)]
    public double IncompleteSeconds { get; set; } = 30;

    /// <summary>Seconds between full scans, for what the watcher missed, 0.1 to 3,600.</summary>
    [Between(0.1, 3600)]
    public double RescanSeconds { get; set; } = 5;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (key, folder) in ((string, string)[])
                 [
                     (nameof(ProcessedDirectory), ProcessedDirectory), (nameof(RefusedDirectory), RefusedDirectory),
                 ])
        {
            if (!string.IsNullOrWhiteSpace(folder) && !string.IsNullOrWhiteSpace(Directory)
                && Path.GetFullPath(folder) == Path.GetFullPath(Directory))
            {
                yield return Bounds.Failure(
                    validationContext, key, $"'{folder}'", $"another folder than {nameof(Directory)}");
            }
        }
    }
}

/// <summary>Checks <see cref="InboxOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class InboxOptionsValidator : IValidateOptions<InboxOptions>;
