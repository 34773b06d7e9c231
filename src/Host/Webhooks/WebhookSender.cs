using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Speaker.CommandLine.Options;
using Speaker.Host.Jobs;
using Speaker.Jobs;

namespace Speaker.Host.Webhooks;

/// <summary>
/// Tells somebody that a job has ended: a POST that is signed by HMAC-SHA256 over "TIME.BODY", with the time (seconds
/// since 1970) beside the signature, so that a receiver can refuse one that was recorded. Nothing but a status of 2xx
/// counts as told. No redirect is followed: the address is the one that the operator allowed.
/// </summary>
internal sealed class WebhookSender : IJobHandler, IDisposable
{
    public const string SignatureHeader = "Speaker-Signature";

    private readonly HttpClient _client;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;

    public WebhookSender(IOptions<WebhookOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // So that a changed name is noticed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        })
        {
            Timeout = TimeSpan.FromSeconds(_options.TimeoutSeconds),
        };
    }

    public string Kind => WebhookJob.Kind;

    public string Lane => WebhookJob.Lane;

    /// <summary>The value of <see cref="SignatureHeader"/>.</summary>
    public static string Sign(string secret, DateTimeOffset at, string body)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}"));
        return $"t={time},v1={Convert.ToHexStringLower(signature)}";
    }

    public async Task<JobOutcome> RunAsync(
        ClaimedJob job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var webhook = JsonSerializer.Deserialize(job.Job.Request, WebhooksJson.Output.WebhookJob)!;
        if (_options.Secret is not { } secret)
        {
            return new JobOutcome.Later("there is no secret to sign with: set Speaker:Http:Webhook:Secret");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url)
        {
            Content = new StringContent(webhook.Body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Add(SignatureHeader, Sign(secret, _time.GetUtcNow(), webhook.Body));
        // The same at every try: by it a receiver knows what it was told before.
        request.Headers.Add("Speaker-Delivery", job.Job.Id);
        using var answer = await SendAsync(request, cancellationToken);
        var status = (int)answer.StatusCode;
        return status is >= 200 and < 300
            ? new JobOutcome.Done(JsonSerializer.Serialize(
                new WebhookAnswer(status), WebhooksJson.Output.WebhookAnswer))
            : throw new HttpRequestException(
                $"{webhook.Url} answered {status}{(status is >= 300 and < 400 ? ", and redirects are not followed" : "")}");
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Sends, and reads no body of the answer.</summary>
    /// <exception cref="TimeoutException">It took too long.</exception>
    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"{request.RequestUri} did not answer within {_options.TimeoutSeconds} s", exception);
        }
    }
}
