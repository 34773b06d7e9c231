using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Speaker.CommandLine;

/// <summary>Options that take a number, whatever the locale, and say so when they are given something else.</summary>
internal static class NumberOption
{
    public static Option<double?> Real(
        string name,
        string helpName,
        string description,
        double low = double.NegativeInfinity,
        double high = double.PositiveInfinity) => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result => Parse<double>(
                result,
                text => double.TryParse(text, CultureInfo.InvariantCulture, out var value)
                    && value >= low && value <= high ? value : null,
                name,
                double.IsFinite(low) ? $"a number from {low} to {high}" : "a number"),
        };

    public static Option<int?> Whole(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => Parse<int>(
            result,
            text => int.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null,
            name,
            "a whole number"),
    };

    private static T? Parse<T>(ArgumentResult result, Func<string, T?> parse, string name, string needed)
        where T : struct
    {
        if (result.Tokens is not [var token])
        {
            // No value at all, or several: the parser's own error says so.
            return null;
        }

        var value = parse(token.Value);
        if (value is null)
        {
            result.AddError($"{name} is '{token.Value}', {needed} is needed.");
        }

        return value;
    }
}
