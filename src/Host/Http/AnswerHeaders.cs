using Microsoft.AspNetCore.Http;

namespace Speaker.Host.Http;

/// <summary>
/// What every answer tells a browser where its endpoint says nothing else: it is kept nowhere, is taken for nothing but
/// what its type says, and shown as a page it runs nothing.
/// </summary>
internal static class AnswerHeaders
{
    private const string ContentPolicy = "default-src 'none'; frame-ancestors 'none'";

    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        // At the last moment: a refusal begins the answer anew, without the headers that it had.
        context.Response.OnStarting(Complete, context);
        return next(context);
    }

    private static Task Complete(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (context.Response.StatusCode < StatusCodes.Status400BadRequest && ApiDocument.IsPage(context))
        {
            headers.ContentSecurityPolicy = ApiDocument.PageContentPolicy;
            return Task.CompletedTask;
        }

        if (headers.ContentSecurityPolicy.Count == 0)
        {
            headers.ContentSecurityPolicy = ContentPolicy;
        }

        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }

        return Task.CompletedTask;
    }
}
