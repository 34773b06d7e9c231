using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Speaker.CommandLine.Options;

namespace Speaker.Host.Http;

/// <summary>In the place of the inbox where only HTTP is served: says so once.</summary>
internal sealed class AbsentInbox(IOptions<InboxOptions> inbox, ILogger<AbsentInbox> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        logger.WithoutInbox(inbox.Value.Directory);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
