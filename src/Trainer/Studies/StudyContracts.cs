using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Speaker.Metrics;
using Speaker.Training.Network;
using Speaker.Training.Runs;
using Speaker.Training.Studies;

namespace Speaker.Train.Studies;

// The field names are the contract; a change here is a change for every script that reads them.

internal sealed record StudyVariantJson(
    string Name,
    double Eer,
    IReadOnlyList<double> EerInterval,
    IReadOnlyList<double> EerBySeed,
    IReadOnlyDictionary<string, double> EerByCorpus,
    int Collapsed,
    int Diverged,
    double? ActiveFraction,
    double? MeanPositive,
    double? MeanNegative);

internal sealed record StudyClaimJson(
    string Name,
    string Question,
    string Source,
    IReadOnlyList<StudyVariantJson> Variants,
    IReadOnlyList<string> Findings);

internal sealed record StudyCostJson(int Batch, double StepMs, IReadOnlyDictionary<string, double> MiningMs);

internal sealed record StudyJson(
    int Speakers,
    int Utterances,
    int HeldOutSpeakers,
    int Trials,
    int Seeds,
    int Steps,
    IReadOnlyList<StudyClaimJson> Claims,
    IReadOnlyList<StudyCostJson>? Cost);

[JsonSerializable(typeof(StudyJson))]
internal sealed partial class StudyContracts : JsonSerializerContext
{
    public static StudyContracts Output { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static StudyJson Of(StudyResult result) => new(
        result.Subject.Speakers,
        result.Subject.Utterances,
        result.Subject.HeldOutSpeakers,
        result.Subject.Trials,
        result.Subject.Seeds,
        result.Subject.Steps,
        [.. result.Claims.Select(claim => new StudyClaimJson(
            claim.Claim.Name,
            claim.Claim.Question,
            claim.Claim.Source,
            [.. claim.Variants.Select(Of)],
            Findings.Of(claim)))],
        result.Cost?.Times.Select(times => new StudyCostJson(
            times.Batch, times.StepMilliseconds, times.MiningMilliseconds)).ToArray());

    private static StudyVariantJson Of(VariantResult variant) => new(
        variant.Variant.Name,
        variant.Eer,
        Ends(variant.Interval),
        [.. variant.Runs.Select(run => run.Eer)],
        variant.EerByCorpus,
        variant.Count(RunEnding.Collapsed),
        variant.Count(RunEnding.Diverged),
        Finite(variant.Mean(run => run.ActiveFraction)),
        Finite(variant.Mean(run => run.MeanPositive)),
        Finite(variant.Mean(run => run.MeanNegative)));

    private static double[] Ends(RateInterval interval) => [interval.Low, interval.High];

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
