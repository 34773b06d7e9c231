using System.Globalization;
using Speaker.Audio.Validation;

namespace Speaker.Enrolment;

/// <summary>How far a speaker's enrolment has come, by recordings and by seconds of speech.</summary>
/// <param name="Share">Of a good enrolment, 0 to 1.</param>
/// <param name="MissingRecordings">0 where there are enough.</param>
/// <param name="MissingSeconds">Of speech; 0 where there is enough.</param>
/// <param name="Summary">"2 of 3 recordings, 11 of 20 s of speech: one more recording of about 9 s".</param>
internal sealed record EnrolmentProgress(double Share, int MissingRecordings, double MissingSeconds, string Summary)
{
    /// <param name="recordings">The speaker has.</param>
    /// <param name="seconds">Of speech in them.</param>
    /// <param name="options">What makes a good enrolment.</param>
    public static EnrolmentProgress Of(int recordings, double seconds, EnrolmentOptions options)
    {
        var missing = Math.Max(0, options.GoodRecordings - recordings);
        var missingSeconds = Math.Max(0, options.GoodSpeechSeconds - seconds);
        var share = Math.Min(
            1, Math.Min((double)recordings / options.GoodRecordings, seconds / options.GoodSpeechSeconds));
        var recorded = missing > 0
            ? $"{recordings} of {Plural.Of(options.GoodRecordings, "recording")}"
            : Plural.Of(recordings, "recording");
        var spoken = missingSeconds > 0
            ? string.Create(
                CultureInfo.InvariantCulture, $"{Floor(seconds)} of {options.GoodSpeechSeconds:0.#} s of speech")
            : string.Create(CultureInfo.InvariantCulture, $"{Floor(seconds)} s of speech");
        return new EnrolmentProgress(
            share, missing, missingSeconds, $"{recorded}, {spoken}: {Advice(missing, missingSeconds)}");
    }

    private static string Advice(int recordings, double seconds)
    {
        if (recordings == 0 && seconds <= 0)
        {
            return "a good enrolment";
        }

        var count = Math.Max(1, recordings);
        var number = count switch
        {
            1 => "one",
            2 => "two",
            3 => "three",
            _ => count.ToString(CultureInfo.InvariantCulture),
        };
        var each = Math.Ceiling(seconds / count);
        return $"{number} more recording{(count == 1 ? "" : "s")}" + (seconds <= 0 ? "" : string.Create(
            CultureInfo.InvariantCulture, $" of about {each:0} s{(count == 1 ? "" : " each")}"));
    }

    /// <summary>Never says that there is as much as was asked for when there is less.</summary>
    private static string Floor(double seconds) => Math.Floor(seconds * 10) / 10 is var tenths && tenths < 10
        ? tenths.ToString("0.#", CultureInfo.InvariantCulture)
        : Math.Floor(seconds).ToString("0", CultureInfo.InvariantCulture);
}
