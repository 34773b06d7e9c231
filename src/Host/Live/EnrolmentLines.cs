namespace Speaker.Host.Live;

/// <summary>An enrolment that listens where there is no terminal: what to say, and a line a part.</summary>
internal sealed class EnrolmentLines(Action<string> write) : IEnrolmentDisplay
{
    private bool _isListening;

    public void Ask(string prompt) => write($"please say: {prompt}");

    /// <summary>At the first block: the device or the file is open then.</summary>
    public void Hear(PartState state)
    {
        if (!_isListening)
        {
            _isListening = true;
            write("listening");
        }
    }

    public void Judge(JudgedPart part) => write(EnrolmentText.Line(part));

    public void Notice(string text) => write($"speaker: {text}");
}
