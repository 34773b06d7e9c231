using System.Globalization;
using Speaker.Audio.Validation;
using Speaker.Training.Runs;

namespace Speaker.Train.Studies;

/// <summary>How far the preparation of runs is: on a terminal as what is being done, elsewhere a line now and then.</summary>
internal static class CountedLine
{
    private const int OneIn = 1000;

    public static void Show(FeatureBankProgress value, Action<string> note, Action<string>? now) => Show(
        $"features in {Plural.Of(value.Versions.Count, "version")}", value.Utterances, value.TotalUtterances,
        "utterance", note, now);

    public static void Show(TeacherProgress value, Action<string> note, Action<string>? now) => Show(
        "the teacher's embeddings", value.Recordings, value.TotalRecordings, "recording", note, now);

    private static void Show(
        string what, int done, int total, string one, Action<string> note, Action<string>? now)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture, $"{what}: {done:#,0} of {Plural.Of(total, one)}");
        if (now is not null)
        {
            now(line);
        }
        else if (done % OneIn == 0 || done == total)
        {
            note(line);
        }
    }
}
