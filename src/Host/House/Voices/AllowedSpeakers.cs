using Speaker.CommandLine.Options;
using Speaker.Enrolment;

namespace Speaker.Host.House.Voices;

/// <summary>The names that may pass, held against who is enrolled: a misspelt one shuts its speaker out without a
/// word.</summary>
internal static class AllowedSpeakers
{
    /// <summary>Those that nobody is enrolled under.</summary>
    /// <param name="options">Name them.</param>
    /// <param name="enrolled">Everybody.</param>
    public static string[] NotEnrolled(HouseOptions options, IEnumerable<EnrolledSpeaker> enrolled) =>
    [
        .. options.AllowedSpeakers().Select(SpeakerName.Normalise)
            .Except(enrolled.Select(speaker => speaker.Name), StringComparer.Ordinal),
    ];
}
