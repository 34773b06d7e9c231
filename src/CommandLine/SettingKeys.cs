using Microsoft.Extensions.Configuration;
using Speaker.Audio.Validation;
using Speaker.CommandLine.Options;
using Speaker.Settings;

namespace Speaker.CommandLine;

/// <summary>The keys of the settings: their sections are named as the options' properties are.</summary>
internal static class SettingKeys
{
    public const string Section = "Speaker";

    public const string Model = $"{Section}:{nameof(SpeakerOptions.Model)}:{nameof(ModelOptions.Path)}";

    public const string Store = $"{Section}:{nameof(SpeakerOptions.Store)}:{nameof(StoreOptions.Path)}";

    public const string Verification = $"{Section}:{nameof(SpeakerOptions.Verification)}";

    public const string Identification = $"{Section}:{nameof(SpeakerOptions.Identification)}";

    public const string Replay = $"{Section}:{nameof(SpeakerOptions.Replay)}";

    public const string Inbox = $"{Section}:Inbox";

    public const string Http = $"{Section}:Http";

    public const string Webhook = $"{Http}:Webhook";

    public const string Jobs = $"{Section}:Jobs";

    public const string Live = $"{Section}:Live";

    public const string Retention = $"{Section}:Retention";

    public const string Telephone = $"{Section}:Telephone";

    public const string House = $"{Section}:House";

    public const string Mqtt = $"{House}:Mqtt";

    private static readonly string[] Sections =
    [
        nameof(SpeakerOptions.Model), nameof(SpeakerOptions.Store),
        nameof(SpeakerOptions.Protection), nameof(SpeakerOptions.Audit), nameof(SpeakerOptions.Audio),
        nameof(SpeakerOptions.Utterance),
        nameof(SpeakerOptions.Quality), nameof(SpeakerOptions.Verification), nameof(SpeakerOptions.Enrolment),
        nameof(SpeakerOptions.Identification), nameof(SpeakerOptions.Replay), nameof(SpeakerOptions.Inference), "Inbox",
        "Http", "Jobs", "Live", "Retention", "Telephone", "House",
    ];

    /// <exception cref="UsageException">There is a section that is none of this program's.</exception>
    public static void CheckSections(IConfigurationRoot configuration, ISettingSource source)
    {
        var unknown = configuration.GetSection(Section).GetChildren()
            .FirstOrDefault(section => !Sections.Contains(section.Key, StringComparer.OrdinalIgnoreCase));
        if (unknown is not null)
        {
            throw new UsageException(
                $"there is no {source.NameOf(unknown.Path)}{Spelling.Hint(unknown.Key, Sections)}"
                + source.AdviceOf(unknown.Path));
        }

        // Other programs' settings may stand beside these, in a file of the user's and more so in the environment.
        var misspelt = configuration.GetChildren().Select(section => section.Key).FirstOrDefault(
            key => !key.Equals(Section, StringComparison.OrdinalIgnoreCase)
                && Spelling.Nearest(key, [Section]) is not null
                && configuration.GetSection(key).GetChildren().Any());
        if (misspelt is not null)
        {
            throw new UsageException(
                $"there is no {source.NameOf(misspelt)} (did you mean {Section}?){source.AdviceOf(misspelt)}");
        }
    }

    /// <summary>
    /// What is wrong with options, as a setting: "SpeakerOptions.Verification.TargetFar = 5, must be …" becomes "setting
    /// Speaker:Verification:TargetFar = 5, must be …: correct it in …".
    /// </summary>
    /// <param name="type">Whose failure it is.</param>
    /// <param name="failure">The failure.</param>
    /// <param name="source">Where settings are from.</param>
    public static string Explain(Type type, string failure, ISettingSource source)
    {
        var end = failure.IndexOf(' ', StringComparison.Ordinal);
        var path = failure[..Math.Max(0, end)];
        if (!path.StartsWith(type.Name + ".", StringComparison.Ordinal))
        {
            return failure;
        }

        var section = type == typeof(SpeakerOptions) ? Section
            : type == typeof(WebhookOptions) ? Webhook
            : type == typeof(MqttOptions) ? Mqtt
            : $"{Section}:{type.Name[..^"Options".Length]}";
        var key = section + path[type.Name.Length..].Replace('.', ':');
        return source.NameOf(key) + failure[end..] + source.AdviceOf(key);
    }
}
