using System.Net;
using Microsoft.AspNetCore.Http;

namespace Speaker.Host.Http;

/// <summary>
/// Keeps web pages of others out. A browser on this machine reaches a loopback address, and a page may send it forms
/// without asking; a name that its owner points to 127.0.0.1 even makes the page's origin the same.
/// </summary>
internal static class OriginGuard
{
    /// <param name="context">The request.</param>
    /// <param name="needsLoopbackName">Whether the host that is asked for must be this machine: where no key
    /// is.</param>
    /// <exception cref="ProblemException">The request comes from a web page elsewhere.</exception>
    public static void Check(HttpContext context, bool needsLoopbackName)
    {
        var host = context.Request.Host;
        if (context.Request.Headers.Origin is [{ Length: > 0 } origin, ..]
            && !origin.Equals($"{context.Request.Scheme}://{host}", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(
                403, "foreignOrigin",
                $"the request comes from a web page of {origin}: only this service's own may ask");
        }

        if (needsLoopbackName && !IsLoopback(host.Host))
        {
            throw new ProblemException(
                403, "foreignHost",
                $"the host is '{host.Host}': without keys only localhost and its addresses are answered");
        }
    }

    private static bool IsLoopback(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
