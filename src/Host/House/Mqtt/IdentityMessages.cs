using System.Text.Json;
using MQTTnet;
using MQTTnet.Protocol;
using Speaker.CommandLine.Options;
using Speaker.Host.House.Voices;
using Speaker.Host.Presentation;

namespace Speaker.Host.House.Mqtt;

/// <summary>What the broker is sent.</summary>
internal sealed class IdentityMessages(MqttOptions options, string? version)
{
    private readonly Topics _topics = new(options);

    /// <summary>Whether this service is there.</summary>
    public MqttApplicationMessage Availability(bool isOnline) =>
        Message(_topics.Availability, isOnline ? Topics.Online : Topics.Offline, isRetained: true);

    /// <summary>
    /// Whose voice was heard. Not retained: it is an event of a moment, and who subscribes an hour later must not take
    /// it for a voice of now.
    /// </summary>
    public MqttApplicationMessage State(HeardVoice heard) => Message(
        _topics.State(heard.Satellite),
        JsonSerializer.Serialize(
            new StateJson(
                heard.Voice.Speaker, DecisionPresenter.Word(heard.Voice.Outcome), Rounded(heard.Voice.Score),
                Rounded(heard.Voice.LogLikelihoodRatio), heard.Voice.Reason, heard.Passed),
            HouseJson.Default.StateJson),
        isRetained: false);

    /// <summary>The entities of a satellite for Home Assistant, retained; none where discovery is off.</summary>
    public IEnumerable<MqttApplicationMessage> Discovery(string satellite)
    {
        if (options.DiscoveryPrefix is null)
        {
            yield break;
        }

        // Of a template's null Home Assistant makes the state "unknown".
        foreach (var (entity, name, icon) in ((string, string, string)[])
                 [
                     ("speaker", "Speaker", "mdi:account-voice"), ("decision", "Decision", "mdi:shield-account"),
                 ])
        {
            yield return Message(
                _topics.Discovery(satellite, entity),
                JsonSerializer.Serialize(
                    new EntityJson(
                        name, $"speaker_{satellite}_{entity}", _topics.State(satellite),
                        $"{{{{ value_json.{entity} }}}}", _topics.State(satellite), _topics.Availability,
                        ForceUpdate: true, icon,
                        new DeviceJson(
                            [$"speaker_{satellite}"], $"Speaker {satellite}", "The Speaker authors", version),
                        new OriginJson("Speaker", version)),
                    HouseJson.Default.EntityJson),
                isRetained: true);
        }
    }

    private static double? Rounded(double? value) => value is { } number ? Math.Round(number, 4) : null;

    private static MqttApplicationMessage Message(string topic, string payload, bool isRetained) =>
        new MqttApplicationMessageBuilder()
            .WithTopic(topic)
            .WithPayload(payload)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithRetainFlag(isRetained)
            .Build();
}
