using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Speaker.Audio.Validation;

/// <summary>A number from one bound to another, both included; null where there is none. NaN is outside.</summary>
/// <remarks>RangeAttribute's message has the bounds but not the value.</remarks>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class BetweenAttribute(double low, double high) : ValidationAttribute
{
    public double Low { get; } = low;

    public double High { get; } = high;

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        if (value is null)
        {
            return ValidationResult.Success;
        }

        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        return number >= Low && number <= High
            ? ValidationResult.Success
            : new ValidationResult(Bounds.Sentence(
                validationContext.DisplayName, Bounds.Text(number), Bounds.From(Low, High)));
    }
}
