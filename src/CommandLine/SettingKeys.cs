using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Speaker.CommandLine;

/// <summary>The keys of the settings: their sections are named as the options' properties are.</summary>
internal static class SettingKeys
{
    public const string Section = "Speaker";

    public const string Model = $"{Section}:{nameof(SpeakerOptions.Model)}:{nameof(ModelOptions.Path)}";

    public const string Store = $"{Section}:{nameof(SpeakerOptions.Store)}:{nameof(StoreOptions.Path)}";

    public const string Verification = $"{Section}:{nameof(SpeakerOptions.Verification)}";

    public const string Identification = $"{Section}:{nameof(SpeakerOptions.Identification)}";

    public const string Inbox = $"{Section}:Inbox";

    public const string Live = $"{Section}:Live";

    private static readonly string[] Sections =
    [
        nameof(SpeakerOptions.Model), nameof(SpeakerOptions.Store), nameof(SpeakerOptions.Audio),
        nameof(SpeakerOptions.Utterance),
        nameof(SpeakerOptions.Quality), nameof(SpeakerOptions.Verification), nameof(SpeakerOptions.Enrolment),
        nameof(SpeakerOptions.Identification), nameof(SpeakerOptions.Inference), "Inbox", "Live",
    ];

    /// <exception cref="UsageException">There is a section that is none of this program's.</exception>
    public static void CheckSections(IConfiguration configuration)
    {
        var unknown = configuration.GetSection(Section).GetChildren()
            .Select(section => section.Key)
            .FirstOrDefault(name => !Sections.Contains(name, StringComparer.OrdinalIgnoreCase));
        if (unknown is not null)
        {
            throw new UsageException(
                $"there is no setting {Section}:{unknown}; there are {string.Join(", ", Sections)}: correct it in " +
                $"appsettings.json or in the environment variable {Section}__{unknown}");
        }
    }

    /// <summary>
    /// What is wrong with options, as a setting: "SpeakerOptions.Verification.TargetFar = 5, must be …" becomes "setting
    /// Speaker:Verification:TargetFar = 5, must be …: correct it in …".
    /// </summary>
    /// <param name="type">Whose failure it is.</param>
    /// <param name="failure">The failure.</param>
    public static string Explain(Type type, string failure)
    {
        var end = failure.IndexOf(' ', StringComparison.Ordinal);
        var path = failure[..Math.Max(0, end)];
        if (!path.StartsWith(type.Name + ".", StringComparison.Ordinal))
        {
            return failure;
        }

        var section = type == typeof(SpeakerOptions)
            ? Section
            : $"{Section}:{type.Name[..^"Options".Length]}";
        var key = section + path[type.Name.Length..].Replace('.', ':');
        return $"setting {key}{failure[end..]}: correct it in appsettings.json or in the environment variable " +
            key.Replace(":", "__", StringComparison.Ordinal);
    }

    /// <summary>What the binder found: a key that is none, or a text where a number has to be.</summary>
    public static string ExplainUnbound(InvalidOperationException exception)
    {
        // Its message for unknown keys is about the program's code: "… on the instance of TYPE: 'KEY', …".
        const string Unknown = " on the instance of ";
        var place = exception.Message.IndexOf(Unknown, StringComparison.Ordinal);
        return place < 0
            ? $"the settings cannot be read: {exception.Message}"
            : $"the settings have what is none of {exception.Message[(place + Unknown.Length)..]}; correct it in " +
                "appsettings.json or in the environment";
    }
}
