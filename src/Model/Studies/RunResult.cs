using System.Text.Json.Serialization;
using Speaker.Training.Runs;

namespace Speaker.Training.Studies;

/// <summary>How a run of a study came out.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunEnding>))]
internal enum RunEnding
{
    Finished,

    /// <summary>
    /// At its end everybody had the same embedding, as <see cref="Runs.CollapseAlarm"/> sees it; measured like
    /// others.
    /// </summary>
    Collapsed,

    /// <summary>A loss was not finite; counted as guessing, an error of one half.</summary>
    Diverged,
}

/// <summary>A finished run, as it is kept.</summary>
/// <param name="Ending">How it came out.</param>
/// <param name="Eer">Mean over the corpora of the held-out speakers' equal error rate.</param>
/// <param name="EerByCorpus">Each corpus alone.</param>
/// <param name="Draws">
/// The mean over the corpora in each draw of speakers; the same draw is of the same speakers in every run.
/// </param>
/// <param name="Loss">Mean over the last tenth of the steps, as are the next three.</param>
/// <param name="ActiveFraction">Share of the mined triplets with a loss; NaN where none were mined.</param>
/// <param name="MeanPositive">Mean d(a,p) of the mined triplets.</param>
/// <param name="MeanNegative">Mean d(a,n) of the mined triplets.</param>
/// <param name="Seconds">That it took.</param>
/// <param name="Message">Why it diverged; null where it did not.</param>
internal sealed record RunResult(
    RunEnding Ending,
    double Eer,
    IReadOnlyDictionary<string, double> EerByCorpus,
    IReadOnlyList<double> Draws,
    double Loss,
    double ActiveFraction,
    double MeanPositive,
    double MeanNegative,
    double Seconds,
    string? Message);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(RunResult))]
[JsonSerializable(typeof(MiningCost))]
internal sealed partial class StudyJson : JsonSerializerContext;
