using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace Speaker.Host.Http;

/// <summary>The OpenAPI document of the service, and the page that shows it. The document is openapi.json beside this
/// file, which a test writes from the endpoints and holds against them: the program carries no generator.</summary>
internal static class ApiDocument
{
    public const string Resource = "openapi.json";

    /// <summary>The page's own script and styles, and no other host: what a browser here asks for stays here.</summary>
    public const string PageContentPolicy = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:";

    private const string Address = "/openapi/v1.json";

    private static readonly Operation Page = new("docs", null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, Read).WithMetadata(new Operation("openapi", null));
        routes.MapScalarApiReference("/docs", page => page.WithTitle("Speaker").WithOpenApiRoutePattern(Address)
            .DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp())
            .WithMetadata(Page);
    }

    /// <summary>Whether a request is for the page that shows the document.</summary>
    public static bool IsPage(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<Operation>() == Page;

    private static FileStreamHttpResult Read() => TypedResults.Stream(
        typeof(ApiDocument).Assembly.GetManifestResourceStream(Resource)!, "application/json");
}
