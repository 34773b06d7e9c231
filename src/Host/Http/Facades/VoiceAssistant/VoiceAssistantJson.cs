using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Speaker.Host.Http.Facades.VoiceAssistant;

// The names of the fields are the contract's, with underscores.

/// <param name="TotalVoiceprints">Speakers.</param>
/// <param name="Status">"healthy".</param>
internal sealed record VoiceprintHealthJson(int TotalVoiceprints, string Status);

/// <summary>A registration or a removal.</summary>
internal sealed record VoiceprintChangeJson(bool Success, string Msg);

/// <param name="SpeakerId">Empty: nobody.</param>
/// <param name="Score">See <see cref="AssistantScore"/>.</param>
internal sealed record VoiceprintMatchJson(string SpeakerId, double Score);

/// <summary>A refusal.</summary>
internal sealed record RefusalJson(string Detail);

[JsonSerializable(typeof(VoiceprintHealthJson))]
[JsonSerializable(typeof(VoiceprintChangeJson))]
[JsonSerializable(typeof(VoiceprintMatchJson))]
[JsonSerializable(typeof(RefusalJson))]
internal sealed partial class VoiceAssistantJson : JsonSerializerContext
{
    public static VoiceAssistantJson Output { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
