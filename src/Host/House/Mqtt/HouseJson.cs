using System.Text.Json.Serialization;

namespace Speaker.Host.House.Mqtt;

/// <summary>Whose voice was heard.</summary>
/// <param name="Speaker">Null but where the decision is accept.</param>
/// <param name="Decision">accept, reject or inconclusive.</param>
/// <param name="Score">See <see cref="Voices.VoiceDecision.Score"/>.</param>
/// <param name="Llr">Natural logarithm of the likelihood ratio; null where there is none.</param>
/// <param name="Reason">As JSON has it everywhere, or timedOut or failed.</param>
/// <param name="Passed">Whether words were passed on.</param>
internal sealed record StateJson(
    string? Speaker, string Decision, double? Score, double? Llr, string Reason, bool Passed);

/// <summary>An entity as Home Assistant's MQTT discovery has it.</summary>
/// <param name="Name">Shown beside the device's.</param>
/// <param name="UniqueId">By which it is known again.</param>
/// <param name="StateTopic">Where its states come.</param>
/// <param name="ValueTemplate">From the JSON of a state to the entity's value.</param>
/// <param name="JsonAttributesTopic">Where its attributes come.</param>
/// <param name="AvailabilityTopic">Where it is said whether the service is there.</param>
/// <param name="ForceUpdate">Whether the same value again is an event too.</param>
/// <param name="Icon">Of the Material Design icons.</param>
/// <param name="Device">What it belongs to.</param>
/// <param name="Origin">Who describes it.</param>
internal sealed record EntityJson(
    string Name,
    string UniqueId,
    string StateTopic,
    string ValueTemplate,
    string JsonAttributesTopic,
    string AvailabilityTopic,
    bool ForceUpdate,
    string Icon,
    DeviceJson Device,
    OriginJson Origin);

/// <summary>A device of Home Assistant.</summary>
internal sealed record DeviceJson(
    IReadOnlyList<string> Identifiers, string Name, string Manufacturer, string? SwVersion);

/// <summary>The program that describes an entity.</summary>
internal sealed record OriginJson(string Name, string? SwVersion);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StateJson))]
[JsonSerializable(typeof(EntityJson))]
internal sealed partial class HouseJson : JsonSerializerContext;
