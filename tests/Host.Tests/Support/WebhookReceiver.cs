using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Speaker.Host.Tests.Support;

/// <summary>A webhook as it came.</summary>
internal sealed record Received(string Path, string Signature, string Delivery, string Body);

/// <summary>Takes what is sent, and answers it with a status.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _application;

    private WebhookReceiver(WebApplication application) => _application = application;

    public ConcurrentQueue<Received> Requests { get; } = [];

    public string Url => _application.Urls.Single();

    /// <param name="status">Of the first answer, the second, and so on from 1.</param>
    /// <param name="location">Where to it sends on.</param>
    public static async Task<WebhookReceiver> StartAsync(Func<int, int> status, string? location = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(builder.Build());
        receiver._application.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            receiver.Requests.Enqueue(new Received(
                context.Request.Path + context.Request.QueryString.ToString(),
                context.Request.Headers["Speaker-Signature"]!, context.Request.Headers["Speaker-Delivery"]!,
                await reader.ReadToEndAsync()));
            context.Response.StatusCode = status(receiver.Requests.Count);
            if (location is not null)
            {
                context.Response.Headers.Location = location;
            }
        });
        await receiver._application.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
