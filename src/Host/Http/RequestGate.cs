using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Speaker.CommandLine.Options;
using Speaker.Enrolment.Audit;
using Speaker.Host.Keys;
using Speaker.Host.Tenants;

namespace Speaker.Host.Http;

/// <summary>Before every endpoint: may this caller ask this, so often, and is there a place for the work?</summary>
/// <param name="keys">Who may ask what, once there are any.</param>
/// <param name="tenants">Where a key works.</param>
/// <param name="options">The limits.</param>
/// <param name="time">Of the rate.</param>
/// <param name="logger">Told of keys that are refused.</param>
internal sealed class RequestGate(
    KeyRing keys, OpenTenants tenants, HttpOptions options, TimeProvider time, ILogger logger)
{
    private readonly TokenBuckets _rate = new(options.RequestsPerMinute, time);
    private readonly CallerPlaces _listening = new(
        options.Concurrency, "requests with recordings", "Speaker:Http:Concurrency");

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var needsKey = keys.AreNeeded;
        AddressGuard.Check(context);
        OriginGuard.Check(context, needsLoopbackName: !needsKey);
        var operation = context.GetEndpoint()?.Metadata.GetMetadata<Operation>();
        if (operation is { Scope: null, IsLimited: true })
        {
            TakeTurn(AddressOf(context));
        }

        if (operation?.Scope is not { } scope)
        {
            await next(context);
            return;
        }

        var key = Admit(context, operation, scope, needsKey);
        // The client of a web socket is told by a message, by the operation itself.
        if (!operation.TellsByMessage || !context.WebSockets.IsWebSocketRequest)
        {
            operation.RequireKnown(context.Request.Query);
        }

        AuditActor.Current = key is null ? "http" : $"key {key.Id}";
        using var use = tenants.Begin(key?.Tenant ?? "");
        context.Features.Set(use.Tenant);
        context.Features.Set(new CallerScopes(key is null ? CallerScopes.All : ScopeNames.Parse(key.Scopes)));
        if (!operation.Listens)
        {
            await next(context);
            return;
        }

        using var place = _listening.Take(key?.Id ?? "");
        await next(context);
    }

    /// <returns>The key; null where none is needed.</returns>
    /// <exception cref="ProblemException">There is no key, it is none, it may not do this, or it asks too
    /// often.</exception>
    private ApiKey? Admit(HttpContext context, Operation operation, KeyScopes scope, bool needsKey)
    {
        var address = AddressOf(context);
        var presented = operation.Contract is { } contract
            ? contract.KeyOf(context.Request)
            : BearerOf(context.Request) ?? HeaderOf(context.Request, "X-Api-Key") ?? Subprotocol.KeyOf(context);
        var key = needsKey && presented is not null ? keys.Find(presented) : null;
        // By address also where the key is wrong: guessing is asking.
        TakeTurn(key is null ? address : key.Id);
        if (!needsKey)
        {
            return null;
        }

        if (key is null)
        {
            throw Refused(
                401, presented is null ? "keyMissing" : "keyInvalid",
                presented is null
                    ? "a key is needed: 'Authorization: Bearer KEY', or 'X-Api-Key: KEY'"
                    : "there is no such key");
        }

        RequestObserver.NoteKey(context, key.Id);
        if (key.Problem() is { } fault)
        {
            logger.KeyUnusable(key.Id, fault, keys.Path);
            throw Refused(
                403, "keyUnusable", "this key is not one that the service can use: the service's log says why");
        }

        if (!ScopeNames.Parse(key.Scopes).HasFlag(scope))
        {
            throw Refused(
                403, "scopeMissing",
                $"{operation.Name} needs the scope {string.Join(", ", ScopeNames.Of(scope))}, and this key has " +
                string.Join(", ", key.Scopes));
        }

        return key;

        ProblemException Refused(int status, string code, string message)
        {
            logger.KeyRefused(operation.Name, address, code);
            return new ProblemException(status, code, message);
        }
    }

    private static string AddressOf(HttpContext context) =>
        context.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    /// <param name="caller">A key, or an address.</param>
    /// <exception cref="ProblemException">It asks too often.</exception>
    private void TakeTurn(string caller)
    {
        if (_rate.Take(caller) is { } wait)
        {
            throw new ProblemException(
                429, "rateLimited",
                $"more than {options.RequestsPerMinute} requests a minute: wait {Math.Ceiling(wait.TotalSeconds):0} s")
            {
                RetryAfter = wait,
            };
        }
    }

    /// <summary>What follows "Bearer" in the header Authorization; null where nothing does.</summary>
    public static string? BearerOf(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        return request.Headers.Authorization is [{ } value, ..]
            && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? value[Scheme.Length..].Trim()
            : null;
    }

    /// <summary>A header's value; null where there is none.</summary>
    public static string? HeaderOf(HttpRequest request, string name) =>
        request.Headers[name] is [{ Length: > 0 } value, ..] ? value : null;
}
