using Speaker.CommandLine;
using Speaker.Host.Presentation;

namespace Speaker.Host.Live;

/// <summary>A live verification for programs: each look is a line of JSON on stdout.</summary>
internal sealed class LiveStates : ILiveDisplay
{
    public void Hear(double seconds, double? level)
    {
    }

    public void Show(LiveLook look) => VerbOutput.WriteJson(Json(look), JsonContracts.Output.LiveStateJson);

    public void Notice(string text) => VerbOutput.Note($"speaker: {text}");

    internal static LiveStateJson Json(LiveLook look) => DecisionPresenter.Json(look.State) with
    {
        BehindSeconds = Math.Round(look.BehindSeconds, 3),
        LatencySeconds = look.LatencySeconds is { } latency ? Math.Round(latency, 3) : null,
    };
}
