using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Speaker.Audio.Validation;

/// <summary>How a value outside its bounds is named, wherever it is found: name, value, bound.</summary>
internal static class Bounds
{
    /// <summary>The bound of a rate or a probability that may be neither end.</summary>
    public const string Rate = "above 0 and below 1";

    /// <summary>The bound of a text.</summary>
    public const string NotBlank = "not blank";

    private const int LongestShown = 40;

    /// <summary>The bound of a closed range.</summary>
    public static string From(double low, double high) => high switch
    {
        double.PositiveInfinity or int.MaxValue => $"{Text(low)} or more",
        _ => $"from {Text(low)} to {Text(high)}",
    };

    /// <summary>"NAME = VALUE, must be BOUND".</summary>
    public static string Sentence(string name, string value, string bound) => $"{name} = {value}, must be {bound}";

    /// <summary>A value that came from outside, as messages have it: of a long one the first 40 characters.</summary>
    public static string Shown(string value) => value.Length > LongestShown ? value[..LongestShown] + "…" : value;

    /// <summary>The bound of a name.</summary>
    public static string OneOf(IEnumerable<string> names) => $"one of {string.Join(", ", names)}";

    /// <summary>What is wrong between the values of an object that checks itself.</summary>
    /// <param name="context">Of the object.</param>
    /// <param name="member">The property that the message names.</param>
    /// <param name="value">Its value.</param>
    /// <param name="bound">What it must be.</param>
    public static ValidationResult Failure(ValidationContext context, string member, string value, string bound)
    {
        // "OPTIONS.PART.Validate", as the generated validators call it.
        var place = context.DisplayName.LastIndexOf('.');
        return new ValidationResult(Sentence(context.DisplayName[..(place + 1)] + member, value, bound));
    }

    /// <summary>A number as messages and documentation write it: 4,000 or 0.05.</summary>
    public static string Text(double value) => Math.Abs(value) is >= 1e-6 or 0
        ? value.ToString("#,0.######", CultureInfo.InvariantCulture)
        : value.ToString("R", CultureInfo.InvariantCulture);
}
