using System.Text.Json;
using Microsoft.Extensions.Logging;
using Speaker.CommandLine.Options;
using Speaker.Host.Jobs;
using Speaker.Host.Webhooks;
using Speaker.Jobs;

namespace Speaker.Host.Telephone.Calls;

/// <summary>Puts the webhook of a call that has ended into the queue, from which it is sent signed, and again until it is
/// taken.</summary>
internal sealed class CallNotice(
    IJobQueue queue, JobSignal signal, WebhookOptions webhooks, TimeProvider time, ILogger logger)
{
    /// <summary>Whom a call names to be told, or else whom the settings name; null: nobody.</summary>
    /// <param name="asked">What the call names; null: nothing.</param>
    /// <param name="webhook">Who is told.</param>
    /// <returns>False where the settings do not allow it.</returns>
    public bool TryChoose(string? asked, out string? webhook)
    {
        webhook = asked ?? webhooks.Url;
        return asked is null || webhooks.Permits(asked);
    }

    /// <summary>Puts it, where somebody is to be told.</summary>
    public async Task PutAsync(Call call)
    {
        if (call.Webhook is not { } url)
        {
            return;
        }

        var body = JsonSerializer.Serialize(
            new CallWebhookJson("call.decided", time.GetUtcNow(), CallPresenter.Json(call, null)),
            TelephoneJson.Output.CallWebhookJson);
        var job = new NewJob(
            WebhookJob.Kind, WebhookJob.Lane,
            JsonSerializer.Serialize(new WebhookJob(url, body), WebhooksJson.Output.WebhookJob))
        {
            Subject = call.Speaker, Attempts = webhooks.Attempts,
        };
        try
        {
            await queue.PutAsync(job, CancellationToken.None);
            signal.Put();
        }
        catch (Exception exception) when (exception is StoreException or JobQueueFullException)
        {
            // The decision can still be asked for.
            logger.NoticeLost(call.Id, exception.Message);
        }
    }
}
