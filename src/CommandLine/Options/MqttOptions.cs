using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.CommandLine.Options;

/// <summary>The MQTT broker that is told whose voice was heard. Section <c>Speaker:House:Mqtt</c>.</summary>
internal sealed class MqttOptions : IValidatableObject
{
    /// <summary>The broker, HOST:PORT; null: nobody is told.</summary>
    [NotBlank(OrNull = true)]
    public string? Server { get; set; }

    /// <summary>Whether the connection is by TLS, with a certificate that this machine trusts.</summary>
    public bool Tls { get; set; }

    /// <summary>A PEM file with the certificates that are trusted instead, for a broker with an authority of its own;
    /// null: those of the machine.</summary>
    [NotBlank(OrNull = true)]
    public string? Authority { get; set; }

    /// <summary>The user; null: none is named.</summary>
    [NotBlank(OrNull = true)]
    public string? User { get; set; }

    /// <summary>The user's password. The environment and <see cref="PasswordFile"/> are better places than
    /// appsettings.json.</summary>
    public string? Password { get; set; }

    /// <summary>A file with the password that only its owner may read (mode 0600); null: none.</summary>
    [NotBlank(OrNull = true)]
    public string? PasswordFile { get; set; }

    /// <summary>What the topics of states begin with.</summary>
    [NotBlank]
    public string TopicPrefix { get; set; } = "speaker";

    /// <summary>What Home Assistant's discovery listens to; null: nothing is discovered.</summary>
    [NotBlank(OrNull = true)]
    public string? DiscoveryPrefix { get; set; } = "homeassistant";

    /// <summary>Seconds that the broker may take for an answer, 0.1 to 300.</summary>
    [Between(0.1, 300)]
    public double TimeoutSeconds { get; set; } = 10;

    /// <summary><see cref="Server"/>; validated options have one where it is not null.</summary>
    public DnsEndPoint ServerAddress() => HostAndPort.Parse(Server)
        ?? throw new FormatException($"'{Server}' is no HOST:PORT");

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Server is not null && HostAndPort.Parse(Server) is null)
        {
            yield return Bounds.Failure(
                validationContext, nameof(Server), $"'{Server}'", "HOST:PORT of the broker, such as 127.0.0.1:1883");
        }

        foreach (var (member, value) in ((string, string?)[])
                 [
                     (nameof(TopicPrefix), TopicPrefix), (nameof(DiscoveryPrefix), DiscoveryPrefix),
                 ])
        {
            if (!string.IsNullOrWhiteSpace(value) && !IsTopic(value))
            {
                yield return Bounds.Failure(
                    validationContext, member, $"'{value}'",
                    "a topic of 1 to 100 characters without +, # and spaces that neither begins nor ends with a slash");
            }
        }

        // Their values are nobody's business.
        if (Password is not null && PasswordFile is not null)
        {
            yield return Bounds.Failure(
                validationContext, nameof(Password), "a text", $"left out, because {nameof(PasswordFile)} is given");
        }

        if ((Password ?? PasswordFile) is not null && User is null)
        {
            yield return Bounds.Failure(validationContext, nameof(User), "''", "given, because a password is");
        }

        if (Authority is not null && !Tls)
        {
            yield return Bounds.Failure(
                validationContext, nameof(Authority), $"'{Authority}'", $"left out, or {nameof(Tls)} true");
        }
    }

    private static bool IsTopic(string topic) => topic.Length is > 0 and <= 100 && topic[0] != '/' && topic[^1] != '/'
        && !topic.Any(letter => letter is '+' or '#' || char.IsWhiteSpace(letter) || char.IsControl(letter));
}

/// <summary>Checks <see cref="MqttOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class MqttOptionsValidator : IValidateOptions<MqttOptions>;
