using System.Globalization;

namespace Speaker.Host.Live;

/// <summary>What is said of a part in words.</summary>
internal static class EnrolmentText
{
    /// <summary>"accepted, 3.8 s of speech", or "refused: " and why.</summary>
    public static string Verdict(JudgedPart part) => part.IsAccepted
        ? string.Create(CultureInfo.InvariantCulture, $"accepted, {part.Sample.SpeechSeconds:0.0} s of speech")
        : $"refused: {part.Message}";

    /// <summary>The verdict and where the enrolment stands, on one line.</summary>
    public static string Line(JudgedPart part) => string.Create(
        CultureInfo.InvariantCulture,
        $"part {part.Number}: {Verdict(part)}; {part.Progress.Share:0 %}: {part.Progress.Summary}");
}
