using Speaker.CommandLine;
using Speaker.Host.Presentation;

namespace Speaker.Host.Live;

/// <summary>An enrolment that listens for programs: a line of JSON on stdout twice a second of sound, and one a
/// part.</summary>
internal sealed class EnrolmentStates : IEnrolmentDisplay
{
    private const double StateSeconds = 0.5;

    private string _prompt = "";
    private double _progress;
    private int _part;
    private double _nextState;

    public void Ask(string prompt) => _prompt = prompt;

    public void Hear(PartState state)
    {
        if (state.Number != _part)
        {
            (_part, _nextState) = (state.Number, StateSeconds);
        }

        if (state.Seconds < _nextState)
        {
            return;
        }

        _nextState = state.Seconds + StateSeconds;
        VerbOutput.WriteJson(
            new EnrolStateJson(
                "state", _prompt, state.Number, Math.Round(state.Seconds, 3), Math.Round(state.SpeechSeconds, 3),
                Math.Round(state.NeededSeconds, 3), state.Level is { } level ? Math.Round(level, 1) : null, state.IsSpeech,
                _progress),
            JsonContracts.Output.EnrolStateJson);
    }

    public void Judge(JudgedPart part)
    {
        _progress = part.Progress.Share;
        VerbOutput.WriteJson(
            new EnrolPartJson(
                "part", part.Number, part.IsAccepted ? "accepted" : "refused", part.Message, ReasonCode.Of(part.Reason),
                Math.Round(part.Sample.SpeechSeconds, 3), part.Distance,
                QualityPresenter.Json(part.Sample.Quality, part.Sample.SpeechSeconds, part.Sample.Warnings), _progress,
                part.Progress.Summary),
            JsonContracts.Output.EnrolPartJson);
    }

    public void Notice(string text) => VerbOutput.Note($"speaker: {text}");
}
