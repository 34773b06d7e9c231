using System.Text.Json.Serialization;

namespace Speaker.Host.Http.Facades.Azure;

/// <summary>A profile, as it is kept beside its voiceprint, whose name is the profile's id.</summary>
/// <param name="Locale">As it was given; nothing is decided by it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">Of the last enrolment or reset; null: none.</param>
/// <param name="Enrollments">How many were accepted.</param>
/// <param name="Seconds">Of sound in them.</param>
/// <param name="SpeechSeconds">Of speech in them.</param>
/// <param name="IsEnrolled">Whether it can be asked for: from enough speech on, or by ignoreMinLength.</param>
internal sealed record AzureProfile(
    string Locale,
    DateTimeOffset CreatedAt,
    DateTimeOffset? UpdatedAt = null,
    int Enrollments = 0,
    double Seconds = 0,
    double SpeechSeconds = 0,
    bool IsEnrolled = false)
{
    /// <summary>Seconds of speech from which on a profile is enrolled.</summary>
    public const double EnoughSpeechSeconds = 20;

    [JsonIgnore]
    public string Status => IsEnrolled ? "Enrolled" : "Enrolling";

    [JsonIgnore]
    public double MissingSpeechSeconds => Math.Max(0, EnoughSpeechSeconds - SpeechSeconds);

    /// <summary>With one enrolment more.</summary>
    public AzureProfile With(double seconds, double speechSeconds, bool ignoreMinLength, DateTimeOffset now) => this with
    {
        UpdatedAt = now,
        Enrollments = Enrollments + 1,
        Seconds = Seconds + seconds,
        SpeechSeconds = SpeechSeconds + speechSeconds,
        IsEnrolled = IsEnrolled || ignoreMinLength || SpeechSeconds + speechSeconds >= EnoughSpeechSeconds,
    };

    /// <summary>Without any.</summary>
    public AzureProfile Reset(DateTimeOffset now) => new(Locale, CreatedAt, now);

    /// <summary>With no more than the store has of its speaker, from whom others may have removed something.</summary>
    /// <param name="utterances">How many there are.</param>
    /// <param name="speechSeconds">Of speech in them.</param>
    public AzureProfile AsKept(int utterances, double speechSeconds) => utterances == 0
        ? new AzureProfile(Locale, CreatedAt, UpdatedAt)
        : this with
        {
            Enrollments = Math.Min(Enrollments, utterances),
            SpeechSeconds = Math.Min(SpeechSeconds, speechSeconds),
        };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AzureProfile))]
internal sealed partial class AzureProfileContext : JsonSerializerContext;
