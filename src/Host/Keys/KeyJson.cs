using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Speaker.Host.Keys;

/// <summary><c>key add --json</c>.</summary>
/// <param name="Key">The key itself; nowhere else.</param>
/// <param name="File">Where its hash is kept.</param>
/// <param name="Tenant">In whose store it works; null: in the one that the settings name.</param>
internal sealed record NewKeyJson(
    string Id, string Name, IReadOnlyList<string> Scopes, string Key, string File, string? Tenant);

/// <summary><c>key list --json</c>.</summary>
/// <param name="Tenant">As <see cref="NewKeyJson.Tenant"/>.</param>
internal sealed record ListedKeyJson(
    string Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, string? Tenant);

/// <summary><c>key remove --json</c>.</summary>
internal sealed record RemovedKeyJson(string Id, bool Removed);

[JsonSerializable(typeof(NewKeyJson))]
[JsonSerializable(typeof(ListedKeyJson))]
[JsonSerializable(typeof(RemovedKeyJson))]
internal sealed partial class KeyJson : JsonSerializerContext
{
    /// <summary>As the other verbs write JSON.</summary>
    public static KeyJson Output { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
