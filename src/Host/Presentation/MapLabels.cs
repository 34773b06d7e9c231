using System.Text;

namespace Speaker.Host.Presentation;

/// <summary>A rectangle on a page, y downwards.</summary>
internal readonly record struct Box(double Left, double Top, double Right, double Bottom)
{
    public bool Overlaps(Box other) =>
        Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;

    public bool Holds(Box other) =>
        other.Left >= Left && other.Right <= Right && other.Top >= Top && other.Bottom <= Bottom;
}

/// <summary>The name of a point.</summary>
/// <param name="X">Of the point.</param>
/// <param name="Y">Of the point.</param>
internal sealed record MapLabel(string Text, double X, double Y)
{
    /// <summary>Where the text stands; null where there was no room for it.</summary>
    public Box? Box { get; init; }

    /// <summary>Where a line from the point to the text ends; null where they touch.</summary>
    public (double X, double Y)? Leader { get; init; }
}

/// <summary>Names beside the points of a map, so that none covers another or a point.</summary>
internal static class MapLabels
{
    private const double Gap = 3;
    private const int Directions = 16;
    private const int Rings = 9;
    private const double RingStep = 16;

    /// <summary>As many as there is room for: each in turn takes the nearest free place around its point, to the right
    /// first.</summary>
    /// <param name="labels">Without their boxes.</param>
    /// <param name="fontSize">Of the text.</param>
    /// <param name="radius">Of a point.</param>
    /// <param name="page">What the text must not leave.</param>
    /// <returns>In the same order.</returns>
    public static IReadOnlyList<MapLabel> Place(
        IReadOnlyList<MapLabel> labels, double fontSize, double radius, Box page)
    {
        var taken = labels.Select(
            label => new Box(label.X - radius, label.Y - radius, label.X + radius, label.Y + radius)).ToList();
        return [.. labels.Select(label =>
        {
            var found = Around(label, Width(label.Text, fontSize), fontSize * 1.25, radius).FirstOrDefault(
                place => page.Holds(place.Box) && !taken.Exists(other => other.Overlaps(place.Box)));
            if (found == default)
            {
                return label;
            }

            taken.Add(found.Box);
            return label with { Box = found.Box, Leader = found.Leader };
        })];
    }

    private static IEnumerable<(Box Box, (double X, double Y)? Leader)> Around(
        MapLabel label, double width, double height, double radius)
    {
        for (var ring = 0; ring < Rings; ring++)
        {
            var away = radius + Gap + (ring * RingStep);
            for (var turn = 0; turn < Directions; turn++)
            {
                // Right, a little up, a little down, and so on to the left.
                var angle = Math.PI * 2 / Directions * ((turn + 1) / 2) * (turn % 2 == 0 ? 1 : -1);
                var (x, y) = (label.X + (away * Math.Cos(angle)), label.Y + (away * Math.Sin(angle)));
                // The end of the text that is turned to the point lies there.
                var left = x - (width * (1 - Math.Cos(angle)) / 2);
                var middle = y + (height * Math.Sin(angle) / 2);
                yield return (
                    new Box(left, middle - (height / 2), left + width, middle + (height / 2)),
                    ring == 0 ? null : (x, y));
            }
        }
    }

    /// <summary>An estimate, for the font is the viewer's: rather too wide.</summary>
    private static double Width(string text, double fontSize) => text.EnumerateRunes().Sum(
        rune => fontSize * (rune.Value >= 0x1100 ? 1 : Rune.IsUpper(rune) || rune.Value is 'm' or 'w' ? 0.75 : 0.58));
}
