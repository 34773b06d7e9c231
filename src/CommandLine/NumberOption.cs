using System.CommandLine;
using System.CommandLine.Parsing;
using System.Numerics;
using Speaker.Audio.Validation;

namespace Speaker.CommandLine;

/// <summary>Options that take a number as <see cref="StrictNumber"/> reads it, and say so when they are given something
/// else.</summary>
internal static class NumberOption
{
    public static Option<double?> Real(
        string name,
        string helpName,
        string description,
        double low = double.NegativeInfinity,
        double high = double.PositiveInfinity) => Within(
            name, helpName, description, StrictNumber.Real, low, high,
            double.IsFinite(low) ? $"a number {Bounds.From(low, high)}" : "a number");

    public static Option<int?> Whole(
        string name,
        string helpName,
        string description,
        int low = int.MinValue,
        int high = int.MaxValue) => Within(
            name, helpName, description, StrictNumber.Whole, low, high,
            low > int.MinValue ? $"a whole number {WholeBound(low, high)}" : "a whole number");

    private static string WholeBound(int low, int high) =>
        high == int.MaxValue ? $"of {Bounds.From(low, high)}" : Bounds.From(low, high);

    private static Option<T?> Within<T>(
        string name, string helpName, string description, Func<string, T?> read, T low, T high, string needed)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result => Parse<T>(
                result, text => read(text) is { } value && value >= low && value <= high ? value : null, name, needed),
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
