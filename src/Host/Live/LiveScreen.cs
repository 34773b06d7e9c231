namespace Speaker.Host.Live;

/// <summary>A live verification on a terminal, drawn again at every block and every look.</summary>
internal sealed class LiveScreen(Redrawn<LiveView> screen) : ILiveDisplay
{
    public void Hear(double seconds, double? level) =>
        screen.Change(view => view with { Seconds = seconds, Level = level });

    public void Show(LiveLook look) => screen.Change(view => view.With(look));

    public void Notice(string text) => screen.Change(view => view with { Notice = text });
}
