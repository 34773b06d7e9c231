using System.ComponentModel.DataAnnotations;
using Speaker.Audio.Validation;

namespace Speaker.Augmentation;

/// <summary>A range of values whose ends rise and lie between two bounds, both included.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RisingBetweenAttribute(double low, double high) : ValidationAttribute
{
    public double Low { get; } = low;

    public double High { get; } = high;

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is ValueRange range && range.Low >= Low && range.Low <= range.High && range.High <= High
            ? ValidationResult.Success
            : new ValidationResult(Bounds.Sentence(
                validationContext.DisplayName,
                value is ValueRange given ? $"{Bounds.Text(given.Low)} to {Bounds.Text(given.High)}" : $"{value}",
                $"rising and {Bounds.From(Low, High)}"));
}
