using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Speaker.CommandLine;

namespace Speaker.Host.Http;

// What the verbs print as JSON is JsonContracts'; here is what only the service answers.

/// <summary>A problem document (RFC 9457). Its type is always "about:blank"; <paramref name="Code"/> tells problems
/// apart.</summary>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What was wrong and what to do, for people.</param>
/// <param name="Code">Why, for programs.</param>
internal sealed record ProblemJson(string Type, string Title, int Status, string Detail, string Code);

/// <param name="Next">The name to give as <c>after</c> for what follows; null at the end.</param>
internal sealed record SpeakerListJson(IReadOnlyList<SpeakerJson> Speakers, string? Next);

/// <param name="Status">"live" or "ready".</param>
internal sealed record HealthJson(string Status);

/// <param name="Digits">What is to be said; nobody but the caller checks that it is.</param>
/// <param name="Speaker">The only speaker that it is for; null: for any.</param>
/// <param name="ExpiresAt">It has to be used until then, UTC.</param>
/// <param name="Seconds">How long that is.</param>
internal sealed record GivenChallengeJson(
    string Id, string Digits, string? Speaker, DateTimeOffset ExpiresAt, double Seconds);

/// <param name="Utterance">Its id, as <c>show</c> gives it.</param>
internal sealed record VoiceMapPointJson(string Speaker, long Utterance, double X, double Y);

/// <param name="Points">In the order of their speakers' names.</param>
/// <param name="Share">How much of the spread of the distances the plane shows, 0 to 1.</param>
/// <param name="LeftOut">Speakers that are not on it.</param>
internal sealed record VoiceMapJson(IReadOnlyList<VoiceMapPointJson> Points, double Share, int LeftOut);

/// <param name="Speakers">By name.</param>
/// <param name="Distances">[N][N] in their order; 0 to itself.</param>
/// <param name="Threshold">Of <c>verify</c>.</param>
/// <param name="LeftOut">Speakers that are not in it.</param>
internal sealed record SimilarityJson(
    IReadOnlyList<string> Speakers, IReadOnlyList<double[]> Distances, double Threshold, int LeftOut);

[JsonSerializable(typeof(GivenChallengeJson))]
[JsonSerializable(typeof(VoiceMapJson))]
[JsonSerializable(typeof(SimilarityJson))]
[JsonSerializable(typeof(ProblemJson))]
[JsonSerializable(typeof(SpeakerListJson))]
[JsonSerializable(typeof(HealthJson))]
internal sealed partial class HttpJson : JsonSerializerContext
{
    /// <summary>As the verbs write JSON.</summary>
    public static HttpJson Output { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
