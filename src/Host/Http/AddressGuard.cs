using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Speaker.Host.Http;

/// <summary>Refuses addresses in which a name is not what was sent: the server leaves "%2F", and bytes that are no UTF-8, as
/// they are written, and "a%2Fb" would become a name of five letters.</summary>
internal static class AddressGuard
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <exception cref="ProblemException">The path has such a part.</exception>
    public static void Check(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var path = target.Split('?', 2)[0];
        if (!path.Contains('%', StringComparison.Ordinal))
        {
            return;
        }

        if (path.Contains("%2F", StringComparison.OrdinalIgnoreCase) || !IsText(path))
        {
            throw new ProblemException(
                400, "invalidName",
                $"the address '{path}' has a slash (%2F) or bytes that are no UTF-8 in a name: names have none");
        }
    }

    private static bool IsText(string path)
    {
        try
        {
            _ = Strict.GetCharCount(System.Net.WebUtility.UrlDecodeToBytes(Encoding.Latin1.GetBytes(path), 0, path.Length)!);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
