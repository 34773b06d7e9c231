using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Speaker.CommandLine;

namespace Speaker.Host.Agents;

// What verbs print as JSON is JsonContracts'; here is what only agents are answered.

/// <param name="More">Whether there are more speakers than these.</param>
internal sealed record SpeakersJson(IReadOnlyList<SpeakerJson> Speakers, int Enrolled, bool More);

/// <summary>How decisions are made here, and how well that was measured.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Hash">SHA-256 of the model.</param>
/// <param name="Enrolled">Speakers.</param>
/// <param name="Verification">Of claims.</param>
/// <param name="Identification">Of the question who it is.</param>
/// <param name="Rates">False-accept rates that the model is calibrated for.</param>
/// <param name="HasLikelihoodRatios">Whether decisions have a log-likelihood ratio.</param>
/// <param name="Limitations">What the model is bad at, as its card says.</param>
internal sealed record CalibrationStatusJson(
    string Model,
    string Hash,
    int Enrolled,
    ThresholdStatusJson Verification,
    ThresholdStatusJson Identification,
    IReadOnlyList<double> Rates,
    bool HasLikelihoodRatios,
    IReadOnlyList<string> Limitations);

/// <param name="Problem">Why there is no threshold; null where there is one.</param>
internal sealed record ThresholdStatusJson(
    double? Threshold, double? TargetFar, double? CalibratedFar, string? CalibratedOn, bool Measured, string? Problem);

/// <param name="Request">The id of the job that is held.</param>
/// <param name="State">"held".</param>
/// <param name="SpeechSeconds">In the recording.</param>
/// <param name="Confirm">The command with which a person confirms it.</param>
internal sealed record EnrolmentRequestJson(
    string Request, string State, string Speaker, double SpeechSeconds, string Confirm);

[JsonSerializable(typeof(AgentProblem))]
[JsonSerializable(typeof(SpeakersJson))]
[JsonSerializable(typeof(CalibrationStatusJson))]
[JsonSerializable(typeof(EnrolmentRequestJson))]
internal sealed partial class AgentJson : JsonSerializerContext
{
    /// <summary>As the verbs write JSON.</summary>
    public static AgentJson Output { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
