using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Speaker.Host.Live;

/// <summary>Pictures of numbers, one line high.</summary>
internal static class Gauges
{
    private const double LowestLevel = -60;
    private const double LoudLevel = -12;
    private const double HighestLevel = -3;
    private const double LeastReach = 0.25;

    private static readonly Style _good = new(Color.Green);
    private static readonly Style _bad = new(Color.Red);
    private static readonly Style _middling = new(Color.Yellow);
    private static readonly Style _quiet = new(decoration: Decoration.Dim);
    private static readonly Style _mark = new(decoration: Decoration.Bold);

    /// <summary>A bar that is filled as far as a share says.</summary>
    public static IEnumerable<Segment> Bar(double share, int columns, Style style, bool isUnicode)
    {
        var filled = Math.Clamp((int)Math.Round(share * columns), 0, Math.Max(0, columns));
        yield return new Segment(new string(isUnicode ? '█' : '#', filled), style);
        yield return new Segment(new string(isUnicode ? '░' : '.', Math.Max(0, columns - filled)), _quiet);
    }

    /// <summary>A level meter from -60 dB to full scale, with the number, and whether somebody speaks.</summary>
    /// <param name="level">dB of full scale; null: digital silence.</param>
    /// <param name="isSpeech">Whether somebody speaks.</param>
    /// <param name="columns">For all of it.</param>
    /// <param name="isUnicode">Whether block characters can be shown.</param>
    public static IEnumerable<Segment> Level(double? level, bool isSpeech, int columns, bool isUnicode)
    {
        const string Longest = " -100 dB  no speech";
        var style = level >= HighestLevel ? _bad : level >= LoudLevel ? _middling : _good;
        return
        [
            .. Bar(
                level is { } value ? 1 - (value / LowestLevel) : 0, columns - Longest.Length, style, isUnicode),
            new Segment(level is { } shown
                ? shown.ToString("0", CultureInfo.InvariantCulture).PadLeft(5) + " dB  "
                : " silence  "),
            isSpeech ? new Segment("speech", _good) : new Segment("no speech", _quiet),
        ];
    }

    /// <summary>A scale with the threshold in its middle: a distance left of it accepts.</summary>
    /// <param name="now">Its distance is the mark; of a decision without one there is no mark.</param>
    /// <param name="window">The distance of the last seconds alone, a fainter mark; null: none.</param>
    /// <param name="course">All that has to be on the scale.</param>
    /// <param name="columns">For all of it.</param>
    /// <param name="isUnicode">Whether line characters can be shown.</param>
    public static IEnumerable<Segment> Scale(
        Decision now, double? window, IReadOnlyList<Decision> course, int columns, bool isUnicode)
    {
        var number = now.Distance is { } distance
            ? string.Create(CultureInfo.InvariantCulture, $" {distance:0.000} of {now.Threshold:0.000}")
            : string.Create(CultureInfo.InvariantCulture, $" - of {now.Threshold:0.000}");
        var half = Math.Max(1, (columns - number.Length - 1) / 2);
        var reach = Reach(course);
        var cells = new Segment[(2 * half) + 1];
        var line = isUnicode ? "─" : "-";
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = i == half ? new Segment(isUnicode ? "┃" : "|", _mark)
                : new Segment(line, i < half ? _good : _bad);
        }

        Mark(window, isUnicode ? "○" : "o");
        Mark(now.Distance, isUnicode ? "●" : "X");
        return [.. cells, new Segment(number)];

        void Mark(double? at, string mark)
        {
            if (at is { } place)
            {
                // On its own side of the threshold, however near it is.
                var isWithin = place <= now.Threshold;
                var offset = Math.Clamp((int)Math.Round((place - now.Threshold) / reach * half), -half, half);
                cells[half + (offset != 0 ? offset : isWithin ? -1 : 1)] =
                    new Segment(mark, (isWithin ? _good : _bad).Decoration(Decoration.Bold));
            }
        }
    }

    /// <summary>The distances of the last looks as columns on one line, higher is farther: green accepts, red
    /// rejects.</summary>
    public static IEnumerable<Segment> Course(IReadOnlyList<Decision> course, int columns, bool isUnicode)
    {
        var heights = isUnicode ? "▁▂▃▄▅▆▇█" : "12345678";
        var reach = Reach(course);
        return course.Skip(Math.Max(0, course.Count - columns)).Select(look => look.Distance is { } distance
            ? new Segment(
                heights[Math.Clamp(
                    (int)(((distance - look.Threshold) / reach + 1) / 2 * heights.Length), 0, heights.Length - 1)]
                    .ToString(),
                distance <= look.Threshold ? _good : _bad)
            : new Segment(isUnicode ? "·" : ".", _quiet));
    }

    /// <summary>From the middle of the scale to either end.</summary>
    private static double Reach(IReadOnlyList<Decision> course) => Math.Max(
        LeastReach,
        course.Max(look => look.Distance is { } distance ? (double?)Math.Abs(distance - look.Threshold) : null) ?? 0);
}
