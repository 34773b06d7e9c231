using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Speaker.Audio.Validation;

/// <summary>A number from one bound to another, both included, or numbers each of which is; null where there is none.
/// NaN is outside.</summary>
/// <remarks>RangeAttribute's message has the bounds but not the value.</remarks>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class BetweenAttribute(double low, double high) : ValidationAttribute
{
    public double Low { get; } = low;

    public double High { get; } = high;

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        foreach (var item in value as IEnumerable ?? (object?[])[value])
        {
            if (item is null)
            {
                continue;
            }

            var number = Convert.ToDouble(item, CultureInfo.InvariantCulture);
            if (!(number >= Low && number <= High))
            {
                return new ValidationResult(Bounds.Sentence(
                    validationContext.DisplayName, Bounds.Text(number), Bounds.From(Low, High)));
            }
        }

        return ValidationResult.Success;
    }
}
