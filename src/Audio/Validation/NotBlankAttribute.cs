using System.ComponentModel.DataAnnotations;

namespace Speaker.Audio.Validation;

/// <summary>A text with something in it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotBlankAttribute : ValidationAttribute
{
    /// <summary>Whether null, "nobody said", is as good.</summary>
    public bool OrNull { get; init; }

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        (value is null && OrNull) || !string.IsNullOrWhiteSpace(value as string)
            ? ValidationResult.Success
            : new ValidationResult(Bounds.Sentence(
                validationContext.DisplayName, $"'{value}'", OrNull ? "null or " + Bounds.NotBlank : Bounds.NotBlank));
}
