namespace Speaker.Host.Live;

/// <summary>An enrolment that listens where there is no terminal: what to say, and a line a part.</summary>
internal sealed class EnrolmentLines(Action<string> write) : IEnrolmentDisplay
{
    public void Ask(string prompt) => write($"please say: {prompt}");

    public void Hear(PartState state)
    {
    }

    public void Judge(JudgedPart part) => write(EnrolmentText.Line(part));

    public void Notice(string text) => write($"speaker: {text}");
}
