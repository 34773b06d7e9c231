using Microsoft.Extensions.DependencyInjection;
using Speaker.Host.Jobs;

namespace Speaker.Host.Webhooks;

/// <summary>Webhooks, in a container.</summary>
internal static class WebhookServices
{
    /// <summary>Adds what says who is told, and who tells them.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services) => services
        .AddSingleton<IJobNotice, WebhookNotice>()
        .AddSingleton<WebhookSender>()
        .AddHostedService<WebhookService>();
}
