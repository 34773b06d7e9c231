using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Speaker.CommandLine;

namespace Speaker.Host.Telephone.Calls;

/// <summary>A call that will come: the body of <c>POST /v1/telephone/calls</c>.</summary>
/// <param name="Speaker">Who is claimed.</param>
/// <param name="Call">Its UUID; null: the service draws one.</param>
/// <param name="Correlation">The caller's own name of it.</param>
/// <param name="Webhook">Who is told of the decision.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AnnouncedCallJson(string? Speaker, string? Call, string? Correlation, string? Webhook);

/// <summary>Frames with numbers; all 0 where the protocol has none.</summary>
internal sealed record CallFramesJson(long Received, long Dropped, long Lost);

/// <summary>A call, in answers, webhooks and messages.</summary>
/// <param name="Call">A UUID.</param>
/// <param name="State">"announced", "listening" or "decided".</param>
/// <param name="ExpiresAt">Until when it may begin; null once it has.</param>
/// <param name="Decision">"accept", "reject" or "inconclusive"; null before it is decided.</param>
/// <param name="Code">Why, for programs.</param>
/// <param name="End">How it ended.</param>
/// <param name="Verification">As <c>verify --json</c> prints it; null where nothing was decided.</param>
internal sealed record CallJson(
    string Call,
    string State,
    string Speaker,
    string? Correlation,
    string? Source,
    string? ProviderCall,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    string? Decision,
    string? Code,
    string? Reason,
    string? End,
    double? Seconds,
    CallFramesJson? Frames,
    VerifyJson? Verification);

/// <param name="Event">"call.decided".</param>
internal sealed record CallWebhookJson(string Event, DateTimeOffset At, CallJson Call);

/// <param name="Event">"decision".</param>
internal sealed record CallMessageJson(string Event, CallJson Call);

[JsonSerializable(typeof(AnnouncedCallJson))]
[JsonSerializable(typeof(CallJson))]
[JsonSerializable(typeof(CallWebhookJson))]
[JsonSerializable(typeof(CallMessageJson))]
internal sealed partial class TelephoneJson : JsonSerializerContext
{
    /// <summary>As the service writes JSON.</summary>
    public static TelephoneJson Output { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
