using Speaker.CommandLine;

namespace Speaker.Host.Live;

/// <summary>The display that suits where the verb's streams go.</summary>
internal static class LiveDisplay
{
    /// <summary>Shows a live verification while it listens.</summary>
    /// <param name="output">The verb's streams.</param>
    /// <param name="printsStates">Each look goes to stdout, and nothing is drawn.</param>
    /// <param name="view">Before anything was heard.</param>
    /// <param name="listen">Listens, and tells the display.</param>
    public static Task<T> RunAsync<T>(
        VerbOutput output, bool printsStates, LiveView view, Func<ILiveDisplay, Task<T>> listen)
    {
        if (printsStates)
        {
            return listen(new LiveStates());
        }

        if (output.CanRedraw)
        {
            return Redrawn<LiveView>.RunAsync(
                output.Diagnostics, view, shown => new LivePanel(shown), screen => listen(new LiveScreen(screen)));
        }

        return listen(new LiveLines(VerbOutput.Note));
    }
}
