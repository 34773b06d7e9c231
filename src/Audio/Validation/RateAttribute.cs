using System.ComponentModel.DataAnnotations;

namespace Speaker.Audio.Validation;

/// <summary>A rate above 0 and below 1; null where there is none.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RateAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is null or double and > 0 and < 1
            ? ValidationResult.Success
            : new ValidationResult(Bounds.Sentence(
                validationContext.DisplayName, value is double number ? Bounds.Text(number) : $"{value}", Bounds.Rate));
}
