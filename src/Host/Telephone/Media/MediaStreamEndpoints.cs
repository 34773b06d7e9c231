using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Speaker.CommandLine.Options;
using Speaker.Enrolment.Audit;
using Speaker.Host.Http;
using Speaker.Host.Keys;
using Speaker.Host.Telephone.Calls;
using Speaker.Host.Telephone.Sound;
using Speaker.Host.Tenants;

namespace Speaker.Host.Telephone.Media;

/// <summary>
/// The web socket of media streams. Providers cannot send every header, so there are three ways in, each with an address of
/// its own: a key in the header, an announced call as a token of one use, and Twilio's signature.
/// </summary>
internal sealed class MediaStreamEndpoints(
    CallDesk desk,
    CallRequests requests,
    TelephoneOptions options,
    HttpOptions http,
    TimeProvider time,
    ILogger logger,
    CancellationToken stopping)
{
    public const string Address = "/v1/telephone/stream";

    private const string Announced = Address + "/announced";
    private const string Twilio = Address + "/twilio";

    private static readonly ForeignContract _contract = new(KeyOf, Problems.WriteAsync);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (HttpContext context) => ListenAsync(context, Claimed(context, Tenant.Of(context).Name)))
            .WithMetadata(new Operation("telephone", KeyScopes.Verify, Contract: _contract));
        routes.MapGet(Announced + "/{call?}", (HttpContext context) => ListenAsync(
                context, start => Begin(context.Request.RouteValues["call"] as string, start)))
            .WithMetadata(new Operation("telephoneAnnounced", null, IsLimited: true));
        if (options.TwilioAuthToken is { } token)
        {
            routes.MapGet(Twilio, (HttpContext context) =>
            {
                RequireSignature(context.Request, token);
                AuditActor.Current = "twilio";
                return ListenAsync(context, Claimed(context, ""));
            }).WithMetadata(new Operation("telephoneTwilio", null, IsLimited: true));
        }
    }

    /// <summary>The password of Basic too: some providers take user and password in the address, and no header.</summary>
    private static string? KeyOf(HttpRequest request)
    {
        const string Scheme = "Basic ";
        if (request.Headers.Authorization is [{ } value, ..]
            && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            var bytes = new byte[value.Length];
            return Convert.TryFromBase64String(value[Scheme.Length..], bytes, out var count)
                && Encoding.UTF8.GetString(bytes, 0, count).Split(':', 2) is [_, var password]
                    ? password
                    : null;
        }

        return RequestGate.BearerOf(request) ?? RequestGate.HeaderOf(request, "X-Api-Key");
    }

    private static string? Parameter(HttpContext context, MediaMessage.Start start, string name) =>
        start.Parameters.GetValueOrDefault(name) ?? context.Request.Query[name].FirstOrDefault();

    /// <exception cref="ProblemException">It is not Twilio's.</exception>
    private void RequireSignature(HttpRequest request, string token)
    {
        var address = options.PublicUrl!.TrimEnd('/') + request.Path + request.QueryString;
        if (RequestGate.HeaderOf(request, TwilioSignature.Header) is not { } signature
            || !TwilioSignature.IsValid(token, address, signature))
        {
            logger.CallRefused(AddressOf(request.HttpContext), "signatureInvalid", "the signature is not Twilio's");
            throw new ProblemException(
                403, "signatureInvalid",
                $"{TwilioSignature.Header} is not the signature of {address}: that must be the address that Twilio was " +
                "given (Speaker:Telephone:PublicUrl)");
        }
    }

    /// <summary>A call that its start message claims.</summary>
    private Func<MediaMessage.Start, Call> Claimed(HttpContext context, string tenant) => start =>
    {
        var call = requests.Create(
            null, tenant, AuditActor.Current, Parameter(context, start, "speaker"),
            Parameter(context, start, "correlation"), Parameter(context, start, "webhook")) with
        {
            State = CallState.Listening, Source = SourceOf(start), ProviderCall = ProviderCallOf(start),
        };
        desk.Book.TryAdd(call);
        return call;
    };

    /// <summary>A call that was announced.</summary>
    /// <exception cref="CallException">There is none of that id, or it is for another speaker.</exception>
    private Call Begin(string? inPath, MediaMessage.Start start)
    {
        var id = inPath ?? start.Parameters.GetValueOrDefault("call") ?? throw new CallException(
            "missingCall", "no announced call is named: give its UUID as the parameter call, or in the address");
        return desk.Book.Begin(CallRequests.IdOf(id), SourceOf(start), ProviderCallOf(start)) ?? throw new CallException(
            "unknownCall", "no such call is announced, it came too late, or it was begun already");
    }

    private static string SourceOf(MediaMessage.Start start) => start.Dialect.ToString().ToLowerInvariant();

    private static string? ProviderCallOf(MediaMessage.Start start) => start.CallId.Length > 0 ? start.CallId : null;

    private static string AddressOf(HttpContext context) =>
        context.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    private async Task ListenAsync(HttpContext context, Func<MediaMessage.Start, Call> identify)
    {
        DecisionEndpoints.RequireOn(http.Verify, "verify");
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw new ProblemException(426, "webSocketNeeded", "this address is a web socket: open it with wss:// or ws://");
        }

        using var place = desk.Places.Take(RequestObserver.KeyOf(context));
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await new MediaStream(
            new MediaSocket(socket, context.RequestAborted), identify, desk, options, time, logger, AddressOf(context))
            .RunAsync(stopping);
    }
}
