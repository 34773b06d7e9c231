using Microsoft.AspNetCore.Http;
using Speaker.Host.Keys;

namespace Speaker.Host.Http;

/// <summary>What the caller of a request may do, for endpoints that do more than one thing.</summary>
internal sealed record CallerScopes(KeyScopes Scopes)
{
    /// <summary>Of everybody, while there is no key.</summary>
    public const KeyScopes All = KeyScopes.Enrol | KeyScopes.Verify | KeyScopes.Identify | KeyScopes.Admin;

    /// <exception cref="InvalidOperationException">The endpoint needs no key.</exception>
    public static KeyScopes Of(HttpContext context) => context.Features.Get<CallerScopes>()?.Scopes
        ?? throw new InvalidOperationException("the endpoint needs no key, so nobody knows what its caller may do");
}
