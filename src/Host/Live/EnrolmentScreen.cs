namespace Speaker.Host.Live;

/// <summary>An enrolment that listens on a terminal, drawn again at every block.</summary>
internal sealed class EnrolmentScreen(Redrawn<EnrolmentView> screen) : IEnrolmentDisplay
{
    public void Ask(string prompt) => screen.Change(view => view with { Prompt = prompt });

    public void Hear(PartState state) => screen.Change(view => view with { State = state });

    public void Judge(JudgedPart part) =>
        screen.Change(view => view with { Last = part, Progress = part.Progress, Notice = null });

    public void Notice(string text) => screen.Change(view => view with { Notice = text });
}
