using System.Reflection;
using System.Text.Json.Nodes;
using Speaker.Host.House.Wyoming;

namespace Speaker.Host.House.Proxy;

/// <summary>What this service says of itself: speech recognition with the models and the languages of the
/// upstream.</summary>
internal static class ServiceInfo
{
    /// <summary>What clients show as the name of the service.</summary>
    public static string NameOf(string satellite) => $"speaker {satellite}";

    /// <param name="upstream">What the upstream says of itself.</param>
    /// <param name="satellite">Whose assistant asks.</param>
    /// <exception cref="UpstreamException">It recognises no speech.</exception>
    public static WyomingEvent Of(WyomingEvent upstream, string satellite)
    {
        var models = new JsonArray();
        foreach (var model in (upstream.Data["asr"] as JsonArray ?? []).OfType<JsonObject>()
            .SelectMany(program => program["models"] as JsonArray ?? []).OfType<JsonObject>())
        {
            models.Add((JsonNode)model.DeepClone());
        }

        if (models.Count == 0)
        {
            throw new UpstreamException(
                "the service at Speaker:House:Upstream has no models for speech recognition: name another");
        }

        return new WyomingEvent(WyomingEvent.Info, new JsonObject
        {
            ["asr"] = new JsonArray(new JsonObject
            {
                ["name"] = NameOf(satellite),
                ["description"] = "Speech recognition that knows who speaks",
                ["version"] = Version,
                ["attribution"] = new JsonObject { ["name"] = "The Speaker authors", ["url"] = "" },
                ["installed"] = true,
                // Parts of a transcript would come before the voice is judged.
                ["supports_transcript_streaming"] = false,
                ["models"] = models,
            }),
        });
    }

    /// <summary>Of this program.</summary>
    public static string? Version { get; } = typeof(ServiceInfo).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}
