using Speaker.CommandLine;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Speaker.Host.Live;

/// <summary>Lines on a terminal that are drawn again whenever what they show has changed. Thread safe.</summary>
/// <typeparam name="TView">What they show, immutable.</typeparam>
internal sealed class Redrawn<TView>
{
    /// <summary>Columns that stay free: terminals write "^C" behind the last line, and a line that wraps would leave the
    /// first one standing when they are cleared.</summary>
    private const int EchoColumns = 2;

    private readonly Lock _lock = new();
    private readonly LiveDisplayContext _context;
    private readonly Func<TView, IRenderable> _panel;
    private TView _view;

    private Redrawn(LiveDisplayContext context, TView view, Func<TView, IRenderable> panel) =>
        (_context, _view, _panel) = (context, view, panel);

    /// <summary>Draws for as long as something is at work; then the lines are gone. Whatever ends it, the terminal is as it
    /// was.</summary>
    /// <param name="console">The terminal.</param>
    /// <param name="view">What is shown first.</param>
    /// <param name="panel">How it looks, of two rows or more.</param>
    /// <param name="work">What is at work.</param>
    public static async Task<T> RunAsync<T>(
        IAnsiConsole console, TView view, Func<TView, IRenderable> panel, Func<Redrawn<TView>, Task<T>> work)
    {
        try
        {
            return await console.Live(new Narrowed(panel(view))).AutoClear(true).StartAsync(context =>
            {
                context.Refresh();
                return work(new Redrawn<TView>(context, view, shown => new Narrowed(panel(shown))));
            });
        }
        finally
        {
            console.Write(new ControlCode(VerbOutput.TerminalAsItWas));
        }
    }

    public void Change(Func<TView, TView> change)
    {
        lock (_lock)
        {
            _view = change(_view);
            _context.UpdateTarget(_panel(_view));
        }
    }

    private sealed class Narrowed(IRenderable panel) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => panel.Measure(options, Room(maxWidth));

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => panel.Render(options, Room(maxWidth));

        private static int Room(int width) => Math.Max(1, width - EchoColumns);
    }
}
