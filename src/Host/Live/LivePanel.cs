using System.Globalization;
using Speaker.Host.Presentation;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Speaker.Host.Live;

/// <summary>A live verification on a terminal of any width.</summary>
internal sealed class LivePanel(LiveView view) : IRenderable
{
    private const int MostLines = 3;

    public Measurement Measure(RenderOptions options, int maxWidth) => new(maxWidth, maxWidth);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var lines = new PanelLines(options, maxWidth);
        var state = view.Look?.State;
        lines.Add("verifying", new Segment(view.Speaker, new Style(decoration: Decoration.Bold)));
        lines.Add("level", Gauges.Level(view.Level, state?.IsSpeech ?? false, lines.Room, lines.IsUnicode));
        lines.AddText("heard", Heard(view) + LiveText.Late(view.Look), Style.Plain, MostLines);
        if (state is not null)
        {
            lines.Add(
                "distance",
                Gauges.Scale(state.SoFar, state.WindowDistance, view.Course, lines.Room, lines.IsUnicode));
            lines.Add("course", Gauges.Course(view.Course, lines.Room, lines.IsUnicode));
        }

        var (word, style) = state?.SoFar.Outcome switch
        {
            null => ("please speak", Style.Plain),
            Outcome.Accepted => (DecisionPresenter.Word(Outcome.Accepted), new Style(Color.Green)),
            Outcome.Rejected => (DecisionPresenter.Word(Outcome.Rejected), new Style(Color.Red)),
            _ => (DecisionPresenter.Word(Outcome.Inconclusive), new Style(Color.Yellow)),
        };
        lines.Add("so far", new Segment(word, style));
        if (state is not null)
        {
            lines.AddText("because", state.SoFar.Message, Style.Plain, MostLines);
        }

        if (view.Notice is { } notice)
        {
            lines.AddText("device", notice, new Style(Color.Yellow), MostLines);
        }

        return lines.Segments;
    }

    private static string Heard(LiveView view)
    {
        var most = double.IsFinite(view.MostSeconds)
            ? string.Create(CultureInfo.InvariantCulture, $" of {view.MostSeconds:0.#} s")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{view.Seconds:0.0} s{most}, {view.Look?.State.SpeechSeconds ?? 0:0.0} s of speech");
    }
}
