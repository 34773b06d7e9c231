using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Speaker.Host.Keys;

/// <summary><c>key add --json</c>.</summary>
/// <param name="Key">The key itself; nowhere else.</param>
/// <param name="File">Where its hash is kept.</param>
internal sealed record NewKeyJson(string Id, string Name, IReadOnlyList<string> Scopes, string Key, string File);

/// <summary><c>key list --json</c>.</summary>
internal sealed record ListedKeyJson(string Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt);

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
