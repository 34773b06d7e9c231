using System.Text.Json.Serialization;

namespace Speaker.Host.Http.Facades.Azure;

// The names of the fields are the product's.

/// <summary>What a profile is made from.</summary>
internal sealed record AzureLocaleJson(string? Locale);

/// <summary>A profile. Lengths are in seconds.</summary>
internal sealed record AzureProfileJson(
    string ProfileId,
    string Locale,
    string EnrollmentStatus,
    string CreatedDateTime,
    string? LastUpdatedDateTime,
    int EnrollmentsCount,
    double EnrollmentsLength,
    double EnrollmentsSpeechLength,
    double RemainingEnrollmentsSpeechLength,
    string? ModelVersion);

/// <summary>A page of profiles.</summary>
/// <param name="NextLink">Where the next page is; empty at the end.</param>
internal sealed record AzureProfileListJson(
    IReadOnlyList<AzureProfileJson> Profiles, [property: JsonPropertyName("@nextLink")] string NextLink);

/// <summary>What an enrolment did. Lengths are in seconds.</summary>
internal sealed record AzureEnrollmentJson(
    string ProfileId,
    string EnrollmentStatus,
    int EnrollmentsCount,
    double EnrollmentsLength,
    double EnrollmentsSpeechLength,
    double RemainingEnrollmentsSpeechLength,
    double AudioLength,
    double AudioSpeechLength);

/// <summary>A verification.</summary>
/// <param name="RecognitionResult">"accept" or "reject".</param>
/// <param name="Score">0 to 1.</param>
internal sealed record AzureRecognitionJson(string RecognitionResult, double Score);

/// <summary>An identification.</summary>
/// <param name="IdentifiedProfile">The empty GUID where it is none of them.</param>
/// <param name="ProfilesRanking">The nearest, nearest first.</param>
internal sealed record AzureIdentificationJson(
    AzureScoredProfileJson IdentifiedProfile, IReadOnlyList<AzureScoredProfileJson> ProfilesRanking);

/// <summary>A profile, and how likely it is to be the voice.</summary>
internal sealed record AzureScoredProfileJson(string ProfileId, double Score);

/// <summary>A refusal.</summary>
internal sealed record AzureErrorJson(AzureErrorInfoJson Error);

/// <summary>Why, for programs and for people.</summary>
internal sealed record AzureErrorInfoJson(string Code, string Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AzureLocaleJson))]
[JsonSerializable(typeof(AzureProfileJson))]
[JsonSerializable(typeof(AzureProfileListJson))]
[JsonSerializable(typeof(AzureEnrollmentJson))]
[JsonSerializable(typeof(AzureRecognitionJson))]
[JsonSerializable(typeof(AzureIdentificationJson))]
[JsonSerializable(typeof(AzureErrorJson))]
internal sealed partial class AzureJson : JsonSerializerContext;
