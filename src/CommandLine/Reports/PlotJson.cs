using System.Globalization;
using System.Text.Json.Nodes;
using Speaker.Metrics;

namespace Speaker.CommandLine.Reports;

/// <summary>
/// A plot as report.js reads it: axes as <c>{title, kind, ticks, range}</c>, series with their values already on the
/// scale of their axis.
/// </summary>
internal static class PlotJson
{
    /// <summary>Rates that a probit axis names; it begins and ends at the first and the last.</summary>
    private static readonly double[] ProbitTicks =
        [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999];

    /// <summary>ASCII; of the characters with a meaning in HTML none stands in it as it is.</summary>
    public static string Write(Plot plot) => new JsonObject
    {
        ["name"] = plot.Name,
        ["height"] = plot.Height,
        ["square"] = plot.Square,
        ["x"] = Axis(plot.X),
        ["y"] = Axis(plot.Y),
        ["series"] = new JsonArray([.. plot.Series.Select(series => Series(series, plot))]),
        ["marks"] = new JsonArray([.. plot.Marks.Select(mark =>
            (JsonNode)new JsonObject { ["name"] = mark.Name, ["at"] = Number(Place(plot.X, mark.At)) })]),
    }.ToJsonString();

    private static JsonObject Axis(PlotAxis axis)
    {
        var json = new JsonObject
        {
            ["title"] = axis.Title,
            ["kind"] = axis.Scale == PlotScale.Logarithmic ? "log" : "linear",
            ["bare"] = axis.Bare,
        };
        if (axis.Categories is { } names)
        {
            json["ticks"] = Ticks(names.Select((name, i) => ((double)i, name)));
        }
        else if (axis.Scale == PlotScale.Probit)
        {
            json["ticks"] = Ticks(ProbitTicks.Select(rate => (Probit.Of(rate), Percent(rate))));
        }

        if (axis is { Low: { } low, High: { } high })
        {
            // The library takes the range of a logarithmic axis as exponents.
            double End(double value) => axis.Scale == PlotScale.Logarithmic ? Math.Log10(value) : Place(axis, value);
            json["range"] = new JsonArray(Number(End(low)), Number(End(high)));
        }

        return json;
    }

    private static JsonArray Ticks(IEnumerable<(double At, string Text)> ticks) => new([.. ticks.Select(tick =>
        (JsonNode)new JsonObject { ["at"] = Number(tick.At), ["text"] = tick.Text })]);

    private static JsonObject Series(PlotSeries series, Plot plot)
    {
        var json = new JsonObject
        {
            ["name"] = series.Name,
            ["style"] = series.Style.ToString().ToLowerInvariant(),
            ["x"] = Numbers(series.X, plot.X),
            ["y"] = Numbers(series.Y, plot.Y),
        };
        if (series.Emphasised)
        {
            json["emphasised"] = true;
        }

        if (series is { Low: { } low, High: { } high })
        {
            json["below"] = Numbers([.. series.Y.Zip(low, (y, l) => Place(plot.Y, y) - Place(plot.Y, l))]);
            json["above"] = Numbers([.. series.Y.Zip(high, (y, h) => Place(plot.Y, h) - Place(plot.Y, y))]);
        }

        if (series.Labels is { } labels)
        {
            json["labels"] = new JsonArray([.. labels.Select(label => (JsonNode)label)]);
        }

        if (series.Groups is { } groups)
        {
            json["groups"] = new JsonArray([.. groups.Select(group => (JsonNode)group)]);
        }

        return json;
    }

    private static double Place(PlotAxis axis, double value) =>
        axis.Scale == PlotScale.Probit ? Probit.Of(value) : value;

    private static JsonArray Numbers(IReadOnlyList<double> values, PlotAxis axis) =>
        Numbers([.. values.Select(value => Place(axis, value))]);

    private static JsonArray Numbers(double[] values) => new([.. values.Select(Number)]);

    /// <summary>Six digits, which is more than a screen shows; null is a gap.</summary>
    private static JsonNode? Number(double value)
    {
        var invariant = CultureInfo.InvariantCulture;
        return double.IsFinite(value)
            ? JsonValue.Create(double.Parse(value.ToString("G6", invariant), invariant))
            : null;
    }

    private static string Percent(double rate) => rate.ToString("0.###%", CultureInfo.InvariantCulture);
}
