using System.ComponentModel.DataAnnotations;
using Speaker.Audio.Files.Opening;
using Speaker.Audio.Validation;

namespace Speaker;

/// <summary>The name of a file in which something can be kept: not what SQLite takes for a database in memory or for an
/// address, nor a device. Or an address of PostgreSQL, which is checked by what connects to it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class StoreFileAttribute : ValidationAttribute
{
    private const string Bound = "a file: a database in memory or at an address would lose what is enrolled";

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        if (value is not string path || StoreAddress.IsPostgres(path))
        {
            return ValidationResult.Success;
        }

        return !IsSpecial(path) && StoreAddress.IsAddress(path)
            ? new ValidationResult(Bounds.Sentence(
                validationContext.DisplayName, $"'{StoreAddress.Shown(path)}'", $"a file, or {StoreAddress.Form}"))
            : IsSpecial(path) || IsDevice(path)
                ? new ValidationResult(Bounds.Sentence(validationContext.DisplayName, $"'{path}'", Bound))
                : ValidationResult.Success;
    }

    private static bool IsSpecial(string path) =>
        path.Equals(":memory:", StringComparison.OrdinalIgnoreCase)
        || path.StartsWith("file:", StringComparison.OrdinalIgnoreCase);

    /// <summary>/dev/null, a pipe: neither is a folder, which has an answer of its own, nor has a size.</summary>
    private static bool IsDevice(string path) => !OperatingSystem.IsWindows()
        && !path.Contains('\0', StringComparison.Ordinal)
        && UnixFile.IdentityOf(path) is { Kind: not (FileKind.Regular or FileKind.Folder) };
}
