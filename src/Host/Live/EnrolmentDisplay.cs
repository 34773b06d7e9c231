using Speaker.CommandLine;

namespace Speaker.Host.Live;

/// <summary>The display that suits where the verb's streams go.</summary>
internal static class EnrolmentDisplay
{
    /// <summary>Shows an enrolment while it listens.</summary>
    /// <param name="output">The verb's streams.</param>
    /// <param name="printsStates">It goes to stdout, and nothing is drawn.</param>
    /// <param name="view">Before anything was heard.</param>
    /// <param name="notEnough">The answer to who wants to end, by Enter or q.</param>
    /// <param name="listen">Listens, and tells the display.</param>
    public static Task<T> RunAsync<T>(
        VerbOutput output,
        bool printsStates,
        EnrolmentView view,
        Func<string> notEnough,
        Func<IEnrolmentDisplay, Task<T>> listen)
    {
        if (printsStates)
        {
            return listen(new EnrolmentStates());
        }

        if (!output.CanRedraw)
        {
            return listen(new EnrolmentLines(VerbOutput.Note));
        }

        return Redrawn<EnrolmentView>.RunAsync(
            output.Diagnostics, view, shown => new EnrolmentPanel(shown), screen =>
            {
                var display = new EnrolmentScreen(screen);
                EndKeys.Watch(() => display.Notice(notEnough()));
                return listen(display);
            });
    }
}
