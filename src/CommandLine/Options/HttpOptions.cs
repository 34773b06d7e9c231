using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.CommandLine.Options;

/// <summary>The HTTP service of <c>serve</c>. Section <c>Speaker:Http</c>.</summary>
internal sealed class HttpOptions : IValidatableObject
{
    /// <summary>Whether <c>serve</c> answers HTTP where <c>--urls</c> does not say so.</summary>
    public bool Enabled { get; set; }

    /// <summary>Where to listen: http://HOST:PORT, several with ; between them. Port 0 is any free one.</summary>
    [NotBlank]
    public string Urls { get; set; } = "http://127.0.0.1:8080";

    /// <summary>The file of keys; null: beside the store, with .keys.json after its name.</summary>
    [NotBlank(OrNull = true)]
    public string? KeyFile { get; set; }

    /// <summary>Whether <c>verify</c> and <c>compare</c> are answered.</summary>
    public bool Verify { get; set; } = true;

    /// <summary>Whether <c>identify</c> is answered.</summary>
    public bool Identify { get; set; } = true;

    /// <summary>Whether <c>export</c> is answered: it alone hands out embeddings.</summary>
    public bool Export { get; set; }

    /// <summary>Whether the endpoints of Azure Speaker Recognition v2.0 are answered too.</summary>
    public bool AzureFacade { get; set; }

    /// <summary>Whether the voiceprint endpoints of ESP32 voice assistants are answered too.</summary>
    public bool VoiceAssistantFacade { get; set; }

    /// <summary>Whether agents are answered, by the Model Context Protocol at <c>/mcp</c>.</summary>
    public bool Agents { get; set; }

    /// <summary>Largest message of an agent, in megabytes of 10⁶ bytes; 0.01 to 100. Unlike a recording that is uploaded it
    /// is in memory as a whole.</summary>
    [Between(0.01, 100)]
    public double AgentMegabytes { get; set; } = 4;

    /// <summary>Largest body of a request, in megabytes of 10⁶ bytes; 0.001 to 10,000.</summary>
    [Between(0.001, 10_000)]
    public double MaximumMegabytes { get; set; } = 64;

    /// <summary>Longest recording, in seconds; 1 to 86,400.</summary>
    [Between(1, 86_400)]
    public double MaximumSeconds { get; set; } = 600;

    /// <summary>Most recordings in one request, 1 to 1,000.</summary>
    [Between(1, 1000)]
    public int MaximumRecordings { get; set; } = 20;

    /// <summary>Requests with recordings that are worked on or wait at a time, 1 to 10,000.</summary>
    [Between(1, 10_000)]
    public int Concurrency { get; set; } = 64;

    /// <summary>Requests that one key, or one address without a key, may make in a minute; 1 to 1,000,000.</summary>
    [Between(1, 1_000_000)]
    public int RequestsPerMinute { get; set; } = 6000;

    /// <summary>Verifications of one claimed speaker in a minute, whoever asks; 1 to 1,000,000.</summary>
    [Between(1, 1_000_000)]
    public int AttemptsPerMinute { get; set; } = 30;

    /// <summary>Rejections of one claimed speaker without an acceptance between them after which the speaker cannot be
    /// claimed for <see cref="LockOutSeconds"/>; 1 to 1,000,000.</summary>
    [Between(1, 1_000_000)]
    public int RejectionsBeforeLockOut { get; set; } = 10;

    /// <summary>How long, in seconds; 1 to 86,400.</summary>
    [Between(1, 86_400)]
    public double LockOutSeconds { get; set; } = 300;

    /// <summary>Tenants whose stores stay open when nothing is asked of them, besides the store itself; 1 to
    /// 10,000.</summary>
    [Between(1, 10_000)]
    public int OpenTenants { get; set; } = 32;

    /// <summary>Whether <c>verify</c> asks for a challenge with every recording.</summary>
    public bool RequireChallenge { get; set; }

    /// <summary>How long a challenge may be used, in seconds; 1 to 3,600.</summary>
    [Between(1, 3600)]
    public double ChallengeSeconds { get; set; } = 30;

    /// <summary>Digits of a challenge, 4 to 20.</summary>
    [Between(4, 20)]
    public int ChallengeDigits { get; set; } = 6;

    /// <summary>Challenges that are remembered at a time, 1 to 1,000,000.</summary>
    [Between(1, 1_000_000)]
    public int Challenges { get; set; } = 10_000;

    /// <summary>Live verifications at a time, 1 to 10,000.</summary>
    [Between(1, 10_000)]
    public int LiveSessions { get; set; } = 16;

    /// <summary>Sound of a live verification after which it is decided, in seconds; 1 to 3,600.</summary>
    [Between(1, 3600)]
    public double LiveSeconds { get; set; } = 60;

    /// <summary>How long no sound may come in a live verification, in seconds; 1 to 600. By the clock one lasts this and
    /// <see cref="LiveSeconds"/> together at most.</summary>
    [Between(1, 600)]
    public double LiveIdleSeconds { get; set; } = 10;

    /// <summary>Each of <see cref="Urls"/>.</summary>
    /// <exception cref="UriFormatException">One is none; validated options have none of these.</exception>
    public IReadOnlyList<Uri> Addresses() =>
        [.. Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(url => new Uri(url))];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var urls = Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (Array.Exists(urls, url => !IsAddress(url)) || (urls.Length == 0 && !string.IsNullOrWhiteSpace(Urls)))
        {
            yield return Bounds.Failure(
                validationContext, nameof(Urls), $"'{Urls}'",
                "http://HOST:PORT, several with ; between them, without a path (TLS is for a proxy in front of it)");
        }

        if (RequireChallenge && (AzureFacade || VoiceAssistantFacade || Agents))
        {
            yield return Bounds.Failure(
                validationContext, nameof(RequireChallenge), "true",
                "false where a façade is on, or Agents: its contract has no challenge, and would go round it");
        }
    }

    private static bool IsAddress(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp
        && address is { PathAndQuery: "/", UserInfo: "", Fragment: "" };
}

/// <summary>Checks <see cref="HttpOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class HttpOptionsValidator : IValidateOptions<HttpOptions>;
