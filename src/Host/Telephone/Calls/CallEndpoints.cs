using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Speaker.CommandLine.Options;
using Speaker.Enrolment.Audit;
using Speaker.Host.Http;
using Speaker.Host.Keys;
using Speaker.Host.Telephone.Sound;
using Speaker.Host.Tenants;

namespace Speaker.Host.Telephone.Calls;

/// <summary>Calls over HTTP: one is announced before it comes, and its decision is asked for.</summary>
internal sealed class CallEndpoints(CallBook book, CallRequests requests, HttpOptions options)
{
    private const string Address = "/v1/telephone/calls";

    private static readonly Operation _announcement = new("announceCall", KeyScopes.Verify)
    {
        Fields = ["speaker", "call", "correlation", "webhook"],
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Address, AnnounceAsync).WithMetadata(_announcement);
        routes.MapGet(Address + "/{call}", Read).WithMetadata(new Operation("call", KeyScopes.Verify));
    }

    private async Task<IResult> AnnounceAsync(HttpContext context, CancellationToken cancellation)
    {
        DecisionEndpoints.RequireOn(options.Verify, "verify");
        var given = await BodyAsync(context.Request, cancellation);
        try
        {
            var call = requests.Create(
                given.Call, Tenant.Of(context).Name, AuditActor.Current, given.Speaker, given.Correlation, given.Webhook);
            await RequireKnownAsync(Tenant.Of(context), call.Speaker, cancellation);
            if (!book.TryAdd(call))
            {
                throw new ProblemException(409, "callKnown", $"there is a call {call.Id} already: take another UUID");
            }

            return TypedResults.Json(
                CallPresenter.Json(call, book.ExpiryOf(call)), TelephoneJson.Output.CallJson, statusCode: 201);
        }
        catch (CallException exception)
        {
            throw new ProblemException(
                exception.Code == "webhookNotAllowed" ? 403 : 400, exception.Code, exception.Message);
        }
        catch (CallsFullException exception)
        {
            throw new ProblemException(503, "busy", exception.Message) { RetryAfter = TimeSpan.FromSeconds(10) };
        }
    }

    private JsonHttpResult<CallJson> Read(string call, HttpContext context) =>
        book.Read(Tenant.Of(context).Name, Guid.TryParse(call, out var id) ? id.ToString() : call) is { } known
            ? TypedResults.Json(
                CallPresenter.Json(known, known.State == CallState.Announced ? book.ExpiryOf(known) : null),
                TelephoneJson.Output.CallJson)
            : throw new ProblemException(
                404, "unknownCall",
                "there is no such call: it was never announced, did not begin in time " +
                "(Speaker:Telephone:AnnouncedSeconds), was decided too long ago (Speaker:Telephone:KeepSeconds), or " +
                "gave way to others (Speaker:Telephone:Remembered)");

    /// <summary>So that nobody calls in vain. A key that may announce may verify too, and learns no more by
    /// this.</summary>
    /// <exception cref="ProblemException">Nobody is enrolled under that name.</exception>
    private static async Task RequireKnownAsync(Tenant tenant, string speaker, CancellationToken cancellation)
    {
        if ((await tenant.Store.GetUtterancesAsync(speaker, tenant.Recognizer.ModelHash, cancellation)).Count == 0)
        {
            throw SpeakerEndpoints.Unknown(speaker);
        }
    }

    /// <summary>JSON, or a form as dial plans send it.</summary>
    private static async Task<AnnouncedCallJson> BodyAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.HasFormContentType)
        {
            var form = await request.ReadFormAsync(cancellation);
            _announcement.RequireKnown(form.Keys);
            return new AnnouncedCallJson(
                form["speaker"].FirstOrDefault(), form["call"].FirstOrDefault(), form["correlation"].FirstOrDefault(),
                form["webhook"].FirstOrDefault());
        }

        try
        {
            return await request.ReadFromJsonAsync(TelephoneJson.Output.AnnouncedCallJson, cancellation)
                ?? new AnnouncedCallJson(null, null, null, null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new ProblemException(
                400, "invalidRequest",
                """the body must be a form, or JSON such as {"speaker":"anna"}, with nothing but """ +
                string.Join(", ", _announcement.Fields));
        }
    }
}
