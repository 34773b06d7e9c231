using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.Challenges;
using Speaker.Host.Keys;
using Speaker.Host.Presentation;
using Speaker.Host.Tenants;

namespace Speaker.Host.Http;

/// <summary>verify, identify and compare.</summary>
internal sealed class DecisionEndpoints(
    SpeakerOptions recognition,
    HttpOptions options,
    GuardedVerification verification,
    ChallengeGate challenges,
    ServiceMetrics metrics)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/speakers/{speaker}/verify", VerifyAsync)
            .WithMetadata(new Operation("verify", KeyScopes.Verify, Listens: true)
            {
                Query = [ChallengeGate.Field, .. Upload.Query], Fields = [ChallengeGate.Field],
            })
            .Describe<VerifyJson>(
                "verify",
                "Is the recording of this enrolled speaker? With a challenge the answer has its digits: the caller " +
                "checks that they are said.",
                404, 409, 413, 415, 422);
        routes.MapPost("/v1/identify", IdentifyAsync)
            .WithMetadata(new Operation("identify", KeyScopes.Identify, Listens: true) { Query = Upload.Query })
            .Describe<IdentifyJson>("identify", "Which enrolled speaker is it, or nobody?", 409, 413, 415, 422);
        routes.MapPost("/v1/compare", CompareAsync)
            .WithMetadata(new Operation("compare", KeyScopes.Verify, Listens: true) { Query = Upload.Query })
            .Describe<CompareJson>(
                "compare", "Are two recordings of the same voice? Nothing is stored.", 413, 415, 422);
    }

    private async Task<IResult> VerifyAsync(string speaker, HttpContext context, CancellationToken cancellation)
    {
        RequireOn(options.Verify, "verify");
        var name = SpeakerEndpoints.Checked(speaker);
        using var form = await UploadForm.ReadAsync(context.Request, options);
        var upload = form.Single();
        Challenge? challenge = null;
        var answer = await form.ListenAsync(() => verification.DecideAsync(
            Tenant.Of(context), name, upload.Input, _ => true, cancellation,
            () => challenge = challenges.Redeem(context, form.Field(ChallengeGate.Field), name)));
        Judge("verify", answer, context);
        return TypedResults.Json(
            DecisionPresenter.Json(answer, upload.Name) with
            {
                Challenge = challenge is null ? null : new ChallengeJson(challenge.Id, challenge.Digits),
            },
            JsonContracts.Output.VerifyJson);
    }

    private async Task<IResult> IdentifyAsync(HttpContext context, CancellationToken cancellation)
    {
        RequireOn(options.Identify, "identify");
        using var form = await UploadForm.ReadAsync(context.Request, options);
        var upload = form.Single();
        var answer = await form.ListenAsync(
            () => Tenant.Of(context).Recognizer.IdentifyAsync(upload.Input, cancellation));
        Judge("identify", answer, context);
        return TypedResults.Json(
            DecisionPresenter.Json(answer, upload.Name, recognition.Identification.MinimumMargin),
            JsonContracts.Output.IdentifyJson);
    }

    private async Task<IResult> CompareAsync(HttpContext context, CancellationToken cancellation)
    {
        RequireOn(options.Verify, "compare");
        using var form = await UploadForm.ReadAsync(context.Request, options);
        if (form.Uploads is not [var first, var second])
        {
            throw new ProblemException(
                400, "invalidArgument",
                $"two recordings are compared, and there are {form.Uploads.Count}: send a multipart/form-data form " +
                "with two files");
        }

        if (second.Field == "first" || first.Field == "second")
        {
            (first, second) = (second, first);
        }

        var answer = await form.ListenAsync(
            () => Tenant.Of(context).Recognizer.CompareAsync(first.Input, second.Input, cancellation));
        Judge("compare", answer, context);
        return TypedResults.Json(
            DecisionPresenter.Json(answer, first.Name, second.Name), JsonContracts.Output.CompareJson);
    }

    /// <exception cref="ProblemException">It is off.</exception>
    public static void RequireOn(bool isOn, string operation)
    {
        if (!isOn)
        {
            throw new ProblemException(403, "switchedOff", $"{operation} is switched off in this service's settings");
        }
    }

    /// <summary>Counts a decision, and refuses what the verbs end with exit code 3 for.</summary>
    /// <exception cref="ProblemException">Nobody is there to compare with, or the recording is longer than it may
    /// be.</exception>
    private void Judge(string operation, Decision answer, HttpContext context)
    {
        var code = ReasonCode.Of(answer.Reason);
        metrics.Decided(operation, DecisionPresenter.Word(answer.Outcome), code, answer.TotalSeconds);
        RequestObserver.Note(context, code);
        var problem = answer.Reason switch
        {
            Reason.UnknownSpeaker => SpeakerEndpoints.Unknown(answer.Speaker!),
            Reason.NobodyEnrolled => new ProblemException(409, code, "nobody is enrolled yet: enrol somebody first"),
            Reason.TooLong => new ProblemException(413, code, answer.Message),
            _ => null,
        };
        if (problem is not null)
        {
            throw problem;
        }
    }
}
