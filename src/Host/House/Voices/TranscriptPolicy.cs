using Speaker.CommandLine.Options;
using Speaker.Enrolment;

namespace Speaker.Host.House.Voices;

/// <summary>Which words are passed on, and what stands before them.</summary>
internal sealed class TranscriptPolicy(HouseOptions options)
{
    private readonly HashSet<string> _allowed =
        options.AllowedSpeakers().Select(SpeakerName.Normalise).ToHashSet(StringComparer.Ordinal);

    /// <param name="text">The transcript.</param>
    /// <param name="voice">Whose words they are.</param>
    /// <returns>What the assistant gets; empty where it gets nothing.</returns>
    public string Apply(string text, VoiceDecision voice)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            // A tag alone would look like words.
            return "";
        }

        if (voice is { Outcome: Outcome.Accepted, Speaker: { } speaker } && MayPass(speaker))
        {
            return options.Tag?.Replace(HouseOptions.SpeakerPlace, speaker, StringComparison.Ordinal) + text;
        }

        return options.Policy == HouseOptions.TagPolicy ? options.StrangerTag + text : "";
    }

    private bool MayPass(string speaker) => options.Policy switch
    {
        HouseOptions.TagPolicy or HouseOptions.EnrolledPolicy => true,
        HouseOptions.AllowedPolicy => _allowed.Contains(speaker),
        _ => false,
    };
}
