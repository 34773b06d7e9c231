using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.CommandLine.Options;

/// <summary>Who is told when an enrolment that was put into the queue has ended. Section
/// <c>Speaker:Http:Webhook</c>.</summary>
internal sealed class WebhookOptions : IValidatableObject
{
    private const int ShortestSecret = 16;

    /// <summary>Told of every such enrolment; null: nobody is.</summary>
    [NotBlank(OrNull = true)]
    public string? Url { get; set; }

    /// <summary>What a request may name instead: addresses with ; between them, each of which allows what begins with
    /// it; null: nothing.</summary>
    [NotBlank(OrNull = true)]
    public string? Allowed { get; set; }

    /// <summary>Of the signature, 16 characters or more; needed as soon as anybody is told.</summary>
    public string? Secret { get; set; }

    /// <summary>Seconds that an answer may take, 0.1 to 300.</summary>
    [Between(0.1, 300)]
    public double TimeoutSeconds { get; set; } = 10;

    /// <summary>How often it is tried, 1 to 100; the pauses are those of Speaker:Jobs:RetrySeconds.</summary>
    [Between(1, 100)]
    public int Attempts { get; set; } = 10;

    /// <summary>Whether a request may name an address.</summary>
    public bool Permits(string address) =>
        AddressOf(address) is { } asked && AllowedAddresses().Any(allowed => AddressOf(allowed) is { } prefix
            && prefix.GetLeftPart(UriPartial.Authority) == asked.GetLeftPart(UriPartial.Authority)
            && (asked.AbsolutePath == prefix.AbsolutePath
                || asked.AbsolutePath.StartsWith(prefix.AbsolutePath.TrimEnd('/') + "/", StringComparison.Ordinal)));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        const string Needed = "http://HOST/PATH or https://HOST/PATH, without a user or a fragment";
        if (!string.IsNullOrWhiteSpace(Url) && AddressOf(Url) is null)
        {
            yield return Bounds.Failure(validationContext, nameof(Url), $"'{Url}'", Needed);
        }

        if (!string.IsNullOrWhiteSpace(Allowed) && AllowedAddresses().Any(allowed => AddressOf(allowed) is null))
        {
            yield return Bounds.Failure(
                validationContext, nameof(Allowed), $"'{Allowed}'", $"{Needed}, several with ; between them");
        }

        if ((Url ?? Allowed) is not null && (Secret ?? "").Length < ShortestSecret)
        {
            // Its value is nobody's business.
            yield return Bounds.Failure(
                validationContext, nameof(Secret), $"a text of {(Secret ?? "").Length} characters",
                $"of {ShortestSecret} characters or more, because Url or Allowed is given");
        }
    }

    private string[] AllowedAddresses() =>
        (Allowed ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Uri? AddressOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address is { UserInfo: "", Fragment: "" }
            ? address
            : null;
}

/// <summary>Checks <see cref="WebhookOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class WebhookOptionsValidator : IValidateOptions<WebhookOptions>;
