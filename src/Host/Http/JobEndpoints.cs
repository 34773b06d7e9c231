using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.Jobs;
using Speaker.Host.Keys;
using Speaker.Host.Tenants;
using Speaker.Jobs;

namespace Speaker.Host.Http;

/// <summary>Enrolments that the caller does not wait for: into the queue, and how far they have come.</summary>
internal sealed class JobEndpoints(IJobQueue queue, JobSignal signal, JobsOptions options, WebhookOptions webhooks)
{
    public const string AsyncName = "async";
    public const string WebhookName = "webhook";

    private const string Preference = "respond-async";

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/jobs/{job}", ReadAsync).WithMetadata(new Operation("job", KeyScopes.Enrol))
            .Describe<JobJson>(
                "job", "An enrolment that was put into the queue: where it stands, and what came of it.", 404);

    /// <summary>Whether the caller asks for an answer before the work is done (RFC 7240).</summary>
    /// <exception cref="ProblemException">The query says neither true nor false.</exception>
    public static bool IsAskedFor(HttpRequest request) => (string?)request.Query[AsyncName] switch
    {
        null => request.Headers["Prefer"].Any(value => value!.Split(',', ';').Any(
            each => each.Trim().Equals(Preference, StringComparison.OrdinalIgnoreCase))),
        "true" => true,
        "false" => false,
        var other => throw new ProblemException(400, "invalidArgument", $"async = '{other}', must be true or false"),
    };

    /// <summary>Who is to be told: whom the caller names, or else whom the settings name; null: nobody.</summary>
    /// <param name="request">May name somebody.</param>
    /// <param name="isAsync">Whether the caller does not wait: nobody else is told otherwise.</param>
    /// <exception cref="ProblemException">The caller names nobody whom the settings allow, or waits for the
    /// answer.</exception>
    public string? Webhook(HttpRequest request, bool isAsync) => (string?)request.Query[WebhookName] switch
    {
        null => webhooks.Url,
        not null when !isAsync => throw new ProblemException(
            400, "invalidArgument",
            $"{WebhookName} is told of the end of a job, and this request is none: add '{AsyncName}=true', or leave " +
            "it out"),
        var asked when webhooks.Permits(asked) => asked,
        var other => throw new ProblemException(
            403, "webhookNotAllowed", $"webhook = '{other}', must begin with one of Speaker:Http:Webhook:Allowed"),
    };

    /// <summary>Puts an enrolment into the queue.</summary>
    /// <param name="context">Gets the headers.</param>
    /// <param name="job">What to do.</param>
    /// <param name="sounds">The recordings.</param>
    /// <exception cref="JobQueueFullException">As much waits as may.</exception>
    public async Task<IResult> AcceptAsync(HttpContext context, EnrolmentJob job, IReadOnlyList<JobSound> sounds)
    {
        var put = await queue.PutAsync(job.ToJob(sounds, options.Attempts), context.RequestAborted);
        signal.Put();
        RequestObserver.Note(context, "queued");
        context.Response.Headers.Location = $"/v1/jobs/{put.Id}";
        context.Response.Headers["Preference-Applied"] = Preference;
        // Most likely it waits still; whoever removes jobs may have been faster.
        return await queue.ReadAsync(put.Id, context.RequestAborted) is { } kept
            ? TypedResults.Json(JobPresenter.Json(kept), JsonContracts.Output.JobJson, statusCode: 202)
            : throw Unknown(put.Id);
    }

    private async Task<IResult> ReadAsync(string job, HttpContext context, CancellationToken cancellation) =>
        await queue.ReadAsync(job, cancellation) is { Kind: EnrolmentJob.Kind } kept
        && EnrolmentJob.Of(kept).Tenant == Tenant.Of(context).Name
            ? TypedResults.Json(JobPresenter.Json(kept), JsonContracts.Output.JobJson)
            : throw Unknown(job);

    private static ProblemException Unknown(string job) => new(
        404, "unknownJob", $"there is no job '{job}': it was removed, or it was done longer ago than jobs are kept");
}
