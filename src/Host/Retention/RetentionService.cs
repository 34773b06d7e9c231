using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;
using Speaker.Enrolment.Audit;

namespace Speaker.Host.Retention;

/// <summary>Removes, while a service runs, what has been kept for as long as it may be.</summary>
internal sealed class RetentionService(
    IEditableStore store, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionService> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Days is not { } days)
        {
            return;
        }

        AuditActor.Current = "retention";
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var expired = await store.ExpireAsync(time.GetUtcNow() - TimeSpan.FromDays(days), stoppingToken);
                if (expired.Utterances > 0)
                {
                    logger.Expired(expired.Utterances, expired.Speakers, days);
                }
            }
            catch (StoreException exception)
            {
                logger.NotExpired(exception.Message);
            }

            await Task.Delay(TimeSpan.FromHours(options.Value.CheckHours), time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
