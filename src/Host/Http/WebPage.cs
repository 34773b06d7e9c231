using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Speaker.Host.Http;

/// <summary>
/// The web page of the service at <c>/</c>. It is built from src/Host/Web and lies in the program. The page itself is asked
/// for each time; what it is made of lies in a folder that is named by its hash, and stays in the browser's cache.
/// </summary>
internal sealed class WebPage
{
    private const string ResourcePrefix = "web/";
    private const string Index = "index.html";

    /// <summary>Its own script and styles, and no other host; nobody may frame it.</summary>
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
        "form-action 'none'; frame-ancestors 'none'";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    private readonly Dictionary<string, byte[]> _files = Read();
    private readonly string _hash;
    private readonly byte[] _index;

    public WebPage()
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, content) in _files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            digest.AppendData(content);
        }

        _hash = Convert.ToHexStringLower(digest.GetHashAndReset())[..16];
        _index = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(_files[Index])
            .Replace("\"assets/", $"\"assets/{_hash}/", StringComparison.Ordinal));
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/", Methods, Show).WithMetadata(new Operation("page", null));
        routes.MapMethods("/assets/{hash}/{name}", Methods, Asset).WithMetadata(new Operation("pageAsset", null));
    }

    private FileContentHttpResult Show(HttpContext context)
    {
        Prepare(context, "no-cache");
        return TypedResults.Bytes(_index, TypeOf(Index), entityTag: new($"\"{_hash}\""));
    }

    private FileContentHttpResult Asset(string hash, string name, HttpContext context)
    {
        if (hash != _hash || name == Index || !_files.TryGetValue(name, out var content))
        {
            throw Problems.OfStatus(404);
        }

        Prepare(context, "public, max-age=31536000, immutable");
        return TypedResults.Bytes(content, TypeOf(name));
    }

    private static void Prepare(HttpContext context, string caching)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.CacheControl = caching;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()";
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "text/html; charset=utf-8",
    };

    private static Dictionary<string, byte[]> Read()
    {
        var assembly = typeof(WebPage).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .ToDictionary(name => name[ResourcePrefix.Length..], name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                using var content = new MemoryStream();
                stream.CopyTo(content);
                return content.ToArray();
            }, StringComparer.Ordinal);
    }
}
