using Spectre.Console;

namespace Speaker.Host.Live;

/// <summary>A live verification on a terminal: a few lines that are drawn again at every block and every look, and gone at
/// the end.</summary>
internal sealed class LiveScreen : ILiveDisplay
{
    private readonly Lock _lock = new();
    private readonly LiveDisplayContext _context;
    private LiveView _view;

    private LiveScreen(LiveDisplayContext context, LiveView view) => (_context, _view) = (context, view);

    /// <summary>Shows what is listened to for as long as it is. Whatever ends it, the cursor is there again.</summary>
    public static Task<T> RunAsync<T>(IAnsiConsole console, LiveView view, Func<ILiveDisplay, Task<T>> listen) =>
        console.Live(new LivePanel(view)).AutoClear(true).StartAsync(context =>
        {
            context.Refresh();
            return listen(new LiveScreen(context, view));
        });

    public void Hear(double seconds, double? level) => Draw(view => view with { Seconds = seconds, Level = level });

    public void Show(LiveLook look) => Draw(view => view.With(look));

    public void Notice(string text) => Draw(view => view with { Notice = text });

    private void Draw(Func<LiveView, LiveView> change)
    {
        lock (_lock)
        {
            _view = change(_view);
            _context.UpdateTarget(new LivePanel(_view));
        }
    }
}
