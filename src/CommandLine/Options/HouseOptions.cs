using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.CommandLine.Options;

/// <summary>Speech recognition of a smart home (Wyoming) that says whose voice it was, or keeps what strangers say to
/// itself. Section <c>Speaker:House</c>.</summary>
internal sealed class HouseOptions : IValidatableObject
{
    /// <summary>Stands for the name of the speaker in <see cref="Tag"/>.</summary>
    public const string SpeakerPlace = "{speaker}";

    /// <summary>Passes everything, with whose it is before it.</summary>
    public const string TagPolicy = "tag";

    /// <summary>Passes what somebody said who is enrolled.</summary>
    public const string EnrolledPolicy = "enrolledOnly";

    /// <summary>Passes what one of <see cref="Allowed"/> said.</summary>
    public const string AllowedPolicy = "allowedOnly";

    private const int LongestTag = 200;
    private const int MostSatellites = 64;

    private static readonly string[] Policies = [TagPolicy, EnrolledPolicy, AllowedPolicy];

    /// <summary>Where assistants connect to, HOST:PORT with the address of an interface, or SATELLITE=HOST:PORT,
    /// several with ; between them; null: nowhere, and the rest of this section is not used.</summary>
    [NotBlank(OrNull = true)]
    public string? Listen { get; set; }

    /// <summary>The speech recognition (Wyoming) that writes down what was said, HOST:PORT.</summary>
    [NotBlank(OrNull = true)]
    public string? Upstream { get; set; }

    /// <summary>Whose words are passed on: tag, enrolledOnly or allowedOnly.</summary>
    public string Policy { get; set; } = EnrolledPolicy;

    /// <summary>With allowedOnly the names of those speakers, ; between them. The voice of one is verified, of several
    /// identified.</summary>
    [NotBlank(OrNull = true)]
    public string? Allowed { get; set; }

    /// <summary>Put before the words of a speaker who was recognised, with {speaker} for the name; null: nothing
    /// is.</summary>
    public string? Tag { get; set; }

    /// <summary>With tag put before the words of everybody else.</summary>
    public string StrangerTag { get; set; } = "[unknown] ";

    /// <summary>Whether the service is announced by mDNS, so that Home Assistant finds it.</summary>
    public bool Announce { get; set; } = true;

    /// <summary>Longest utterance, in seconds; 1 to 600.</summary>
    [Between(1, 600)]
    public double MaximumSeconds { get; set; } = 30;

    /// <summary>Connections at a time, 1 to 1,000.</summary>
    [Between(1, 1000)]
    public int MaximumConnections { get; set; } = 16;

    /// <summary>Longest line of JSON, in bytes; 256 to 1,048,576.</summary>
    [Between(256, 1 << 20)]
    public int MaximumHeaderBytes { get; set; } = 1 << 16;

    /// <summary>Longest JSON after the line, in bytes; 256 to 16,777,216.</summary>
    [Between(256, 1 << 24)]
    public int MaximumDataBytes { get; set; } = 1 << 20;

    /// <summary>Longest sound in one event, in bytes; 64 to 16,777,216.</summary>
    [Between(64, 1 << 24)]
    public int MaximumPayloadBytes { get; set; } = 1 << 20;

    /// <summary>Seconds within which a client has to send its next event, 1 to 3,600.</summary>
    [Between(1, 3600)]
    public double IdleSeconds { get; set; } = 30;

    /// <summary>Seconds that <see cref="Upstream"/> may take to be connected, to take sound, and for a transcript after
    /// the sound ended; 0.1 to 600.</summary>
    [Between(0.1, 600)]
    public double UpstreamSeconds { get; set; } = 30;

    /// <summary>Seconds that the recognition of the voice may take after the sound ended, 0.1 to 60; who is not known
    /// by then counts as a stranger.</summary>
    [Between(0.1, 60)]
    public double RecognitionSeconds { get; set; } = 5;

    /// <summary>Seconds until the second try where an address is in use or the MQTT broker is not there, 0.05 to 600;
    /// twice as many before each further one, up to a minute.</summary>
    [Between(0.05, 600)]
    public double RetrySeconds { get; set; } = 1;

    /// <summary>Whether there is any of this.</summary>
    public bool IsOn => Listen is not null;

    /// <summary>How long to wait before the next try.</summary>
    /// <param name="failures">How many there were in a row.</param>
    public TimeSpan RetryAfter(int failures) => TimeSpan.FromSeconds(
        Math.Max(RetrySeconds, Math.Min(60, RetrySeconds * Math.Pow(2, Math.Min(failures, 32) - 1))));

    /// <summary>Each of <see cref="Listen"/>; validated options have only such that are.</summary>
    public IReadOnlyList<Satellite> Satellites() =>
    [
        .. Parts(Listen).Select(
            part => Satellite.Parse(part) ?? throw new FormatException($"'{part}' is no satellite")),
    ];

    /// <summary>Each of <see cref="Allowed"/>.</summary>
    public IReadOnlyList<string> AllowedSpeakers() => Parts(Allowed);

    /// <summary><see cref="Upstream"/>; validated options have one where they have <see cref="Listen"/>.</summary>
    public DnsEndPoint UpstreamAddress() => HostAndPort.Parse(Upstream)
        ?? throw new FormatException($"'{Upstream}' is no HOST:PORT");

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        ValidationResult Failure(string member, string? value, string bound) =>
            Bounds.Failure(validationContext, member, $"'{value}'", bound);

        if (!Policies.Contains(Policy, StringComparer.Ordinal))
        {
            yield return Failure(nameof(Policy), Policy, Bounds.OneOf(Policies));
        }

        var satellites = Parts(Listen).Select(Satellite.Parse).ToArray();
        if (Listen is not null && (satellites.Length is 0 or > MostSatellites || satellites.Contains(null)))
        {
            yield return Failure(
                nameof(Listen), Listen,
                "HOST:PORT or SATELLITE=HOST:PORT with the address of an interface, such as 0.0.0.0:10300 or " +
                $"kitchen=0.0.0.0:10300, up to {MostSatellites} with ; between them; a satellite's name has a to z, " +
                "0 to 9, - and _");
        }
        else if (satellites.DistinctBy(satellite => satellite!.Name).Count() < satellites.Length)
        {
            yield return Failure(nameof(Listen), Listen, "of satellites with names that differ");
        }
        else if (satellites.Select(satellite => satellite!.Address).Where(address => address.Port != 0)
                 .GroupBy(address => address).Any(same => same.Count() > 1))
        {
            yield return Failure(nameof(Listen), Listen, "of satellites with addresses that differ");
        }

        if ((Listen ?? Upstream) is not null && HostAndPort.Parse(Upstream) is null)
        {
            yield return Failure(
                nameof(Upstream), Upstream, "HOST:PORT of the speech recognition, such as 127.0.0.1:10301");
        }

        if ((Policy == AllowedPolicy) != (AllowedSpeakers().Count > 0))
        {
            yield return Failure(
                nameof(Allowed), Allowed,
                Policy == AllowedPolicy
                    ? $"the names of speakers with ; between them, because {nameof(Policy)} is {AllowedPolicy}"
                    : $"left out, because {nameof(Policy)} is not {AllowedPolicy}");
        }

        if (Tag?.Contains(SpeakerPlace, StringComparison.Ordinal) == false || Tag?.Length > LongestTag
            || (Tag is null && Policy == TagPolicy))
        {
            yield return Failure(
                nameof(Tag), Tag,
                $"a text of up to {LongestTag} characters with {SpeakerPlace} in it, such as '[{SpeakerPlace}] '");
        }

        if (string.IsNullOrWhiteSpace(StrangerTag) || StrangerTag.Length > LongestTag)
        {
            yield return Failure(nameof(StrangerTag), StrangerTag, $"a text of up to {LongestTag} characters");
        }
    }

    private static string[] Parts(string? text) =>
        (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>Checks <see cref="HouseOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class HouseOptionsValidator : IValidateOptions<HouseOptions>;
