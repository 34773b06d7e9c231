using System.Globalization;

namespace Speaker.Audio.Validation;

/// <summary>Numbers of things in sentences.</summary>
internal static class Plural
{
    /// <summary>"1 speaker", "1,200 speakers".</summary>
    /// <param name="number">How many.</param>
    /// <param name="one">What, in the singular.</param>
    /// <param name="many">Null: the singular with an s.</param>
    public static string Of(long number, string one, string? many = null) => string.Create(
        CultureInfo.InvariantCulture, $"{number:#,0} {(number == 1 ? one : many ?? one + "s")}");
}
