using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Speaker.Host.Live;

/// <summary>An enrolment that listens, on a terminal of any width.</summary>
internal sealed class EnrolmentPanel(EnrolmentView view) : IRenderable
{
    private const int MostLines = 4;

    private static readonly Style _strong = new(decoration: Decoration.Bold);
    private static readonly Style _good = new(Color.Green);
    private static readonly Style _warning = new(Color.Yellow);

    public Measurement Measure(RenderOptions options, int maxWidth) => new(maxWidth, maxWidth);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var lines = new PanelLines(options, maxWidth);
        var state = view.State;
        lines.Add("enrolling", new Segment(view.Speaker, _strong));
        lines.AddText("say", view.Prompt, _strong, MostLines);
        lines.Add("level", Gauges.Level(state?.Level, state?.IsSpeech ?? false, lines.Room, lines.IsUnicode));
        AddBar(
            lines, string.Create(CultureInfo.InvariantCulture, $"part {state?.Number ?? 1}"),
            state is null ? 0 : state.SpeechSeconds / state.NeededSeconds,
            string.Create(
                CultureInfo.InvariantCulture,
                $" {state?.SpeechSeconds ?? 0:0.0} of {state?.NeededSeconds ?? 0:0.0} s of speech"));
        AddBar(
            lines, "enrolled", view.Progress.Share,
            view.Progress.Share.ToString("0 %", CultureInfo.InvariantCulture).PadLeft(6));
        lines.AddText("", view.Progress.Summary, Style.Plain, MostLines);
        if (view.Last is { } last)
        {
            lines.AddText("last part", EnrolmentText.Verdict(last), last.IsAccepted ? _good : _warning, MostLines);
        }

        if (view.Notice is { } notice)
        {
            lines.AddText("note", notice, _warning, MostLines);
        }

        return lines.Segments;
    }

    private static void AddBar(PanelLines lines, string label, double share, string text) => lines.Add(
        label,
        [
            .. Gauges.Bar(share, Math.Max(1, lines.Room - text.Length), share >= 1 ? _good : Style.Plain, lines.IsUnicode),
            new Segment(text),
        ]);
}
