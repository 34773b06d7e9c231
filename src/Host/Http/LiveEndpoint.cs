using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.Keys;
using Speaker.Host.Presentation;
using Speaker.Host.Tenants;

namespace Speaker.Host.Http;

/// <summary>
/// Verification of a voice while it speaks, through a web socket (RFC 6455). The caller's rights are checked before it is
/// accepted, as everywhere; from then on what is wrong is told by a message, as browsers show a script no answer to the
/// handshake.
/// </summary>
internal sealed class LiveEndpoint(
    HttpOptions options,
    GuardedVerification verification,
    ChallengeGate challenges,
    ServiceMetrics metrics,
    TimeProvider time,
    CancellationToken stopping)
{
    private const string Name = "verifyLive";

    private static readonly Operation _operation = new(Name, KeyScopes.Verify)
    {
        TellsByMessage = true,
        Query = [LiveQuery.SpeakerName, PcmFormat.RateName, LiveQuery.EarlyName, ChallengeGate.Field],
    };

    private readonly CallerPlaces _places = new(
        options.LiveSessions, "live verifications", "Speaker:Http:LiveSessions");

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/live", ListenAsync)
        .WithMetadata(_operation)
        .WithName(Name)
        .WithSummary(
            "Is the voice that speaks now this enrolled speaker? A web socket: the client sends binary messages of 16-bit " +
            "mono samples, little-endian, and the text {\"type\":\"end\"}; it gets states, as the schema here says, and " +
            "then the decision, which is that of verify with the type \"decision\", or a problem with the type \"error\".")
        .Produces<LiveStateJson>(StatusCodes.Status101SwitchingProtocols)
        .Produces<ProblemJson>(StatusCodes.Status426UpgradeRequired, Problems.ContentType);

    private async Task ListenAsync(HttpContext context, CancellationToken cancellation)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            throw new ProblemException(
                426, "upgradeRequired", "this address is for web sockets: docs/http.md says what is sent through them");
        }

        using var accepted = await context.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext { SubProtocol = Subprotocol.Of(context) });
        var socket = new LiveSocket(accepted, TimeSpan.FromSeconds(options.LiveIdleSeconds), cancellation);
        LiveVerification? listening = null;
        try
        {
            DecisionEndpoints.RequireOn(options.Verify, "verify");
            using var place = _places.Take(RequestObserver.KeyOf(context));
            _operation.RequireKnown(context.Request.Query);
            var query = LiveQuery.Of(context.Request.Query);
            using var guarded = await verification.BeginAsync(
                Tenant.Of(context), query.Speaker,
                new LiveRequest { SampleRate = query.Rate, Early = query.Early }, cancellation);
            var challenge = challenges.Redeem(context, null, query.Speaker);
            await RequireKnownAsync(guarded.Session, query.Speaker, cancellation);
            listening = new LiveVerification(socket, guarded, query.Rate, options, time, stopping);
            if (await listening.RunAsync(cancellation) is not { } decision)
            {
                RequestObserver.Note(context, "abandoned");
                return;
            }

            guarded.Conclude(decision);
            var code = ReasonCode.Of(decision.Reason);
            metrics.Decided(Name, DecisionPresenter.Word(decision.Outcome), code, decision.TotalSeconds);
            RequestObserver.Note(context, code);
            await socket.SendAsync(
                "decision",
                DecisionPresenter.Json(decision, file: null) with
                {
                    Challenge = challenge is null ? null : new ChallengeJson(challenge.Id, challenge.Digits),
                },
                JsonContracts.Output.VerifyJson);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            var problem = Problems.Of(exception) ?? Problems.OfFault(exception);
            RequestObserver.Note(context, problem.Code);
            await socket.SendAsync("error", Problems.Json(problem), HttpJson.Output.ProblemJson);
            await socket.CloseAsync(StatusOf(problem), listening?.Pending);
            throw; // for the log and the count
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, listening.Pending);
    }

    /// <summary>Before any sound, so that nobody speaks in vain.</summary>
    /// <exception cref="ProblemException">Nobody is enrolled under that name.</exception>
    private static async Task RequireKnownAsync(
        LiveSession session, string speaker, CancellationToken cancellation)
    {
        if ((await session.DecideAsync(cancellation)).Reason == Reason.UnknownSpeaker)
        {
            throw SpeakerEndpoints.Unknown(speaker);
        }
    }

    /// <summary>As near as RFC 6455 (7.4.1) has it.</summary>
    private static WebSocketCloseStatus StatusOf(ProblemException problem) => problem.Status switch
    {
        400 or 422 => WebSocketCloseStatus.InvalidPayloadData,
        413 => WebSocketCloseStatus.MessageTooBig,
        429 or 503 => (WebSocketCloseStatus)1013, // try again later, as IANA's registry has it
        >= 500 => WebSocketCloseStatus.InternalServerError,
        _ => WebSocketCloseStatus.PolicyViolation,
    };
}
