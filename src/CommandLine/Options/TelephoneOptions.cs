using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.CommandLine.Options;

/// <summary>Telephone calls that <c>serve</c> listens to beside HTTP. Section <c>Speaker:Telephone</c>.</summary>
internal sealed class TelephoneOptions : IValidatableObject
{
    /// <summary>Whether media streams of telephone providers are answered, by web socket.</summary>
    public bool MediaStreams { get; set; }

    /// <summary>Where Asterisk's AudioSocket is listened for: ADDRESS:PORT; null: nowhere. Port 0 is any free one.</summary>
    [NotBlank(OrNull = true)]
    public string? AudioSocket { get; set; }

    /// <summary>Twilio's secret that its requests are signed with; null: none is let in by a signature.</summary>
    [NotBlank(OrNull = true)]
    public string? TwilioAuthToken { get; set; }

    /// <summary>What providers call this service, wss://HOST: Twilio's signature is over that address.</summary>
    [NotBlank(OrNull = true)]
    public string? PublicUrl { get; set; }

    /// <summary>Calls at a time, 1 to 10,000; also connections whose call has not begun.</summary>
    [Between(1, 10_000)]
    public int Calls { get; set; } = 100;

    /// <summary>Seconds after which a call is decided with what was heard, 1 to 3,600.</summary>
    [Between(1, 3600)]
    public double MaximumSeconds { get; set; } = 60;

    /// <summary>Seconds from the connection to the start of the call, 0.1 to 300.</summary>
    [Between(0.1, 300)]
    public double StartSeconds { get; set; } = 10;

    /// <summary>Seconds without a message after which a call is given up, 0.1 to 3,600.</summary>
    [Between(0.1, 3600)]
    public double IdleSeconds { get; set; } = 15;

    /// <summary>Seconds of sound that wait for a frame that is missing, 0 to 2.</summary>
    [Between(0, 2)]
    public double JitterSeconds { get; set; } = 0.2;

    /// <summary>Seconds of new sound after which it is looked whether the evidence is enough, 0.1 to 60.</summary>
    [Between(0.1, 60)]
    public double LookSeconds { get; set; } = 1;

    /// <summary>Seconds that an announced call may take to begin, 1 to 3,600.</summary>
    [Between(1, 3600)]
    public double AnnouncedSeconds { get; set; } = 120;

    /// <summary>Seconds that the decision of a call can be asked for, 1 to 86,400.</summary>
    [Between(1, 86_400)]
    public double KeepSeconds { get; set; } = 600;

    /// <summary>Calls that are remembered at a time, announced, under way or decided; 1 to 1,000,000.</summary>
    [Between(1, 1_000_000)]
    public int Remembered { get; set; } = 10_000;

    /// <summary>Where AudioSocket is listened for.</summary>
    /// <returns>Null where there is none, or the text is none.</returns>
    public IPEndPoint? AudioSocketEndPoint()
    {
        const string Local = "localhost:";
        var text = AudioSocket is { } given && given.StartsWith(Local, StringComparison.OrdinalIgnoreCase)
            ? $"{IPAddress.Loopback}:{given[Local.Length..]}"
            : AudioSocket;
        // Without a colon it would be an address with port 0.
        return text?.Contains(':', StringComparison.Ordinal) == true && IPEndPoint.TryParse(text, out var place)
            ? place
            : null;
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrWhiteSpace(AudioSocket) && AudioSocketEndPoint() is null)
        {
            yield return Bounds.Failure(
                validationContext, nameof(AudioSocket), $"'{AudioSocket}'",
                "ADDRESS:PORT, such as 127.0.0.1:9092 or localhost:9092");
        }

        if (!string.IsNullOrWhiteSpace(PublicUrl)
            && !(Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) && url.Scheme is "ws" or "wss"
                && url is { PathAndQuery: "/", UserInfo: "", Fragment: "" }))
        {
            yield return Bounds.Failure(
                validationContext, nameof(PublicUrl), $"'{PublicUrl}'", "wss://HOST or ws://HOST, without a path");
        }

        if (TwilioAuthToken is not null && PublicUrl is null)
        {
            yield return Bounds.Failure(
                validationContext, nameof(PublicUrl), "nothing",
                "wss://HOST as Twilio calls this service, because TwilioAuthToken is given");
        }
    }
}

/// <summary>Checks <see cref="TelephoneOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class TelephoneOptionsValidator : IValidateOptions<TelephoneOptions>;
