namespace Speaker.Host.Live;

/// <summary>A live verification where there is no terminal: a line a second of sound, and one when the decision
/// changes.</summary>
internal sealed class LiveLines(Action<string> write) : ILiveDisplay
{
    private bool _isListening;
    private double _nextLine;
    private Outcome? _said;

    /// <summary>At the first block: the device or the file is open then.</summary>
    public void Hear(double seconds, double? level)
    {
        if (!_isListening)
        {
            _isListening = true;
            write("listening");
        }
    }

    public void Show(LiveLook look)
    {
        var state = look.State;
        if (state.Seconds >= _nextLine || state.SoFar.Outcome != _said || state.Verdict is not null)
        {
            _nextLine = Math.Floor(state.Seconds) + 1;
            _said = state.SoFar.Outcome;
            write(LiveText.Line(look));
        }
    }

    public void Notice(string text) => write($"speaker: {text}");
}
