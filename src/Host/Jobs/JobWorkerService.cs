using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Speaker.CommandLine.Options;

namespace Speaker.Host.Jobs;

/// <summary>The jobs of the queue, done beside what else a service does.</summary>
internal sealed class JobWorkerService(
    JobWorker worker, IOptions<JobsOptions> jobs, IOptions<SpeakerOptions> speaker) : BackgroundService
{
    /// <summary>What the service ended by; null while it works, and after a stop that was asked for.</summary>
    public Exception? Failure => ExecuteTask?.Exception?.InnerException;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (ExecuteTask is { IsCompleted: false })
        {
            await worker.GiveBackAsync();
        }
    }

    /// <summary>A processor is left to those who wait for an answer.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => worker.RunAsync(
        jobs.Value.Workers ?? Math.Max(1, JobServices.Concurrency(speaker.Value) - 1), () => false, stoppingToken);
}
