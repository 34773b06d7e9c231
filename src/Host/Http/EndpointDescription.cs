using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Speaker.Host.Http;

/// <summary>What the OpenAPI document says of an endpoint.</summary>
internal static class EndpointDescription
{
    /// <summary>Names an endpoint, and says what it answers.</summary>
    /// <typeparam name="T">The document of status 200.</typeparam>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="name">The operation's id.</param>
    /// <param name="summary">What it is for.</param>
    /// <param name="problems">Statuses with a problem document, besides those that every operation has.</param>
    public static void Describe<T>(
        this RouteHandlerBuilder endpoint, string name, string summary, params ReadOnlySpan<int> problems)
    {
        endpoint.WithName(name).WithSummary(summary).Produces<T>();
        foreach (var status in problems)
        {
            endpoint.Produces<ProblemJson>(status, Problems.ContentType);
        }
    }
}
