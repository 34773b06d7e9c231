using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Speaker.CommandLine.Options;
using Speaker.Host.Jobs;
using Speaker.Jobs;

namespace Speaker.Host.Webhooks;

/// <summary>Sends webhooks, by workers of their own: somebody who does not answer keeps no enrolment waiting.</summary>
internal sealed class WebhookService(
    IJobQueue queue,
    WebhookSender sender,
    JobSignal signal,
    IOptions<JobsOptions> jobs,
    IOptions<WebhookOptions> options,
    ILogger<JobWorker> logger) : BackgroundService
{
    private const int Workers = 4;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => options.Value.Secret is null
        ? Task.CompletedTask
        : new JobWorker(queue, [sender], [], signal, jobs, logger).RunAsync(Workers, () => false, stoppingToken);
}
