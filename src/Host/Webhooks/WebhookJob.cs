using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Speaker.CommandLine;

namespace Speaker.Host.Webhooks;

/// <summary>Somebody who is to be told.</summary>
/// <param name="Url">Where.</param>
/// <param name="Body">What, in JSON, as it is sent.</param>
internal sealed record WebhookJob(string Url, string Body)
{
    public const string Kind = "webhook";

    /// <summary>Only services that have the secret can sign.</summary>
    public const string Lane = "webhook";
}

/// <summary>What is sent.</summary>
/// <param name="Event">"job.done", or "job.failed" for one that was set aside.</param>
/// <param name="At">When the job ended.</param>
/// <param name="Job">As <c>GET /v1/jobs/{id}</c> answers it.</param>
internal sealed record WebhookJson(string Event, DateTimeOffset At, JobJson Job);

/// <summary>What came of it.</summary>
/// <param name="Status">Of the answer.</param>
internal sealed record WebhookAnswer(int Status);

[JsonSerializable(typeof(WebhookJob))]
[JsonSerializable(typeof(WebhookJson))]
[JsonSerializable(typeof(WebhookAnswer))]
internal sealed partial class WebhooksJson : JsonSerializerContext
{
    /// <summary>As the service writes JSON.</summary>
    public static WebhooksJson Output { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
