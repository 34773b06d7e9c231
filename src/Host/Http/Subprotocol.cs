using Microsoft.AspNetCore.Http;

namespace Speaker.Host.Http;

/// <summary>
/// The subprotocols that a web socket's client offers (RFC 6455, 1.9). A browser's script can set no header of a web
/// socket but this one, so a key may stand here, and not in the address, which proxies write down.
/// </summary>
internal static class Subprotocol
{
    /// <summary>The only one that is spoken.</summary>
    public const string Name = "speaker.v1";

    private const string KeyPrefix = "key.";

    /// <summary>The one to answer with; null where the client offers none that is spoken here.</summary>
    public static string? Of(HttpContext context) =>
        context.WebSockets.WebSocketRequestedProtocols.Contains(Name) ? Name : null;

    /// <summary>The key among those that are offered, <c>key.KEY</c>; null where there is none.</summary>
    public static string? KeyOf(HttpContext context) => context.WebSockets.WebSocketRequestedProtocols
        .FirstOrDefault(offered => offered.StartsWith(KeyPrefix, StringComparison.Ordinal))?[KeyPrefix.Length..];
}
