using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Speaker.Host.Presentation;

/// <summary><c>vault key --json</c>.</summary>
/// <param name="KeyId">Of the new key, which seals from now on.</param>
/// <param name="KeyIds">Of all keys in the file.</param>
internal sealed record NewTemplateKeyJson(string File, string KeyId, IReadOnlyList<string> KeyIds);

/// <summary><c>vault seal --json</c>.</summary>
/// <param name="KeyId">The current key.</param>
/// <param name="Utterances">How many were sealed with it now; the others were before.</param>
internal sealed record SealJson(string KeyId, long Utterances);

/// <summary><c>audit list --json</c>, one a line.</summary>
/// <param name="Speaker">The name that belongs to the subject now; null where the speaker was removed.</param>
internal sealed record AuditEntryJson(
    long Sequence,
    DateTimeOffset At,
    string Actor,
    string Action,
    string? Subject,
    string? Speaker,
    string Detail,
    string Hash);

/// <summary><c>audit verify --json</c>.</summary>
/// <param name="Head">The hash of the last entry that is in order; null where there is none.</param>
/// <param name="Problem">Where the chain breaks; null where it does not.</param>
internal sealed record AuditVerificationJson(bool Intact, long Entries, string? Head, string? Problem);

/// <summary><c>expire --json</c>.</summary>
/// <param name="Before">What was enrolled before this moment was removed.</param>
/// <param name="Speakers">How many have no utterance left, and were removed too.</param>
internal sealed record ExpireJson(double Days, DateTimeOffset Before, int Utterances, int Speakers);

[JsonSerializable(typeof(NewTemplateKeyJson))]
[JsonSerializable(typeof(SealJson))]
[JsonSerializable(typeof(AuditEntryJson))]
[JsonSerializable(typeof(AuditVerificationJson))]
[JsonSerializable(typeof(ExpireJson))]
internal sealed partial class CustodyJson : JsonSerializerContext
{
    /// <summary>As the other verbs write JSON.</summary>
    public static CustodyJson Output { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
