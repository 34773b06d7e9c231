using System.Text.Json;
using Microsoft.Extensions.Options;
using Speaker.CommandLine.Options;
using Speaker.Host.Jobs;
using Speaker.Jobs;

namespace Speaker.Host.Webhooks;

/// <summary>Puts a webhook into the queue with the end of an enrolment that carried its sound, in one transaction: it
/// is sent if and only if the job ended.</summary>
internal sealed class WebhookNotice(IOptions<WebhookOptions> options, TimeProvider time) : IJobNotice
{
    public NewJob? Of(KeptJob job, JobEnd end)
    {
        if (job.Kind != EnrolmentJob.Kind || EnrolmentJob.Of(job).Webhook is not { } url)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var ended = job with
        {
            State = end.IsDone ? JobState.Done : JobState.Failed, FinishedAt = now, Result = end.Result,
            Problem = end.Problem,
        };
        var body = JsonSerializer.Serialize(
            new WebhookJson(end.IsDone ? "job.done" : "job.failed", now, JobPresenter.Json(ended)),
            WebhooksJson.Output.WebhookJson);
        return new NewJob(
            WebhookJob.Kind, WebhookJob.Lane,
            JsonSerializer.Serialize(new WebhookJob(url, body), WebhooksJson.Output.WebhookJob))
        {
            Subject = job.Subject, Attempts = options.Value.Attempts,
        };
    }
}
