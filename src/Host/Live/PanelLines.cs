using Spectre.Console;
using Spectre.Console.Rendering;

namespace Speaker.Host.Live;

/// <summary>The lines of a display, each with a label before it. None is wider than the terminal, so that none
/// wraps.</summary>
/// <param name="options">What the terminal can show.</param>
/// <param name="width">Of the terminal, in columns.</param>
internal sealed class PanelLines(RenderOptions options, int width)
{
    private const int LabelColumns = 10;

    private readonly List<Segment> _segments = [];

    /// <summary>Whether block and line characters can be shown.</summary>
    public bool IsUnicode => options.Unicode;

    /// <summary>Columns beside a label.</summary>
    public int Room => Math.Max(1, width - LabelColumns);

    public IEnumerable<Segment> Segments => _segments;

    /// <summary>One line, cut where the terminal ends.</summary>
    public void Add(string label, params IEnumerable<Segment> content)
    {
        _segments.AddRange(Segment.Truncate([new Segment(label.PadRight(LabelColumns), Style.Plain), .. content], width));
        _segments.Add(Segment.LineBreak);
    }

    /// <summary>Text over as many lines as it takes, up to a number.</summary>
    public void AddText(string label, string text, Style style, int mostLines)
    {
        var lines = Segment.SplitLines(((IRenderable)new Text(text, style)).Render(options, Room));
        for (var i = 0; i < Math.Min(lines.Count, mostLines); i++)
        {
            Add(i == 0 ? label : "", i == mostLines - 1 && lines.Count > mostLines
                ? [.. Segment.Truncate(lines[i], Math.Max(1, Room - 1)), new Segment(IsUnicode ? "…" : "~", style)]
                : lines[i]);
        }
    }
}
