using System.Buffers;
using System.Globalization;

namespace Speaker.Audio.Validation;

/// <summary>
/// The one reader of numbers that people give, in options, settings and lists: the same whatever the locale, and nothing
/// but a number. No group separators (0,1 is not 1), no blanks, no hexadecimal, no NaN, no infinity.
/// </summary>
internal static class StrictNumber
{
    /// <summary>.NET's own parsers also take blanks, signs of other scripts and null characters at the end.</summary>
    private static readonly SearchValues<char> OfReals = SearchValues.Create("0123456789.+-eE");

    private static readonly SearchValues<char> OfWholes = SearchValues.Create("0123456789+-");

    /// <summary>A finite number: 0.01, -5, 1e-3; null for anything else.</summary>
    public static double? Real(string? text) =>
        IsOf(text, OfReals)
        && double.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out var value)
        && double.IsFinite(value)
            ? value
            : null;

    /// <summary>A whole number in digits, of at most 32 bits: 3, -1; null for anything else, 3.0 and 1e3 too.</summary>
    public static int? Whole(string? text) =>
        IsOf(text, OfWholes)
        && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    /// <summary>true or false, however written; null for anything else, 1 and yes too.</summary>
    public static bool? Truth(string? text) =>
        string.Equals(text, "true", StringComparison.OrdinalIgnoreCase) ? true
        : string.Equals(text, "false", StringComparison.OrdinalIgnoreCase) ? false
        : null;

    private static bool IsOf(string? text, SearchValues<char> characters) =>
        !string.IsNullOrEmpty(text) && !text.AsSpan().ContainsAnyExcept(characters);
}
