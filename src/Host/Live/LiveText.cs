using System.Globalization;
using Speaker.Host.Presentation;

namespace Speaker.Host.Live;

/// <summary>What is said of a look in words.</summary>
internal static class LiveText
{
    /// <summary>Sound that is not yet judged is worth a word from here on: two looks.</summary>
    private const double LateSeconds = 1;

    /// <summary>Where it stands, on one line.</summary>
    public static string Line(LiveLook look)
    {
        var (state, answer) = (look.State, look.State.SoFar);
        var said = answer.Distance is { } distance
            ? string.Create(CultureInfo.InvariantCulture, $"distance {distance:0.000}, threshold {answer.Threshold:0.000}, ")
                + $"so far {DecisionPresenter.Word(answer.Outcome)}"
            : answer.Message;
        return string.Create(
            CultureInfo.InvariantCulture, $"{state.Seconds,5:0.0} s, {state.SpeechSeconds:0.0} s of speech: {said}")
            + Late(look);
    }

    /// <summary>", 1.5 s behind" where looks come late; else nothing.</summary>
    public static string Late(LiveLook? look) => look?.BehindSeconds >= LateSeconds
        ? string.Create(CultureInfo.InvariantCulture, $", {look.BehindSeconds:0.0} s behind")
        : "";
}
