using Speaker.Unicode;

namespace Speaker.Enrolment;

/// <summary>What may be a speaker's name: also a folder's name in the inbox, and one line on a screen.</summary>
internal static class SpeakerName
{
    private const int MaximumLength = 128;

    /// <summary>The one way in which a name is kept and looked up, however it was typed: form C of Unicode.</summary>
    public static string Normalise(string name) =>
        // What is this long is no name in any form.
        name.Length > 4 * MaximumLength ? name : CanonicalForm.Of(name);

    /// <summary>What is wrong with a name, or null if nothing is.</summary>
    public static string? Problem(string name)
    {
        name = Normalise(name);
        if (string.IsNullOrWhiteSpace(name) || name != name.Trim())
        {
            return $"speaker name '{name}' is blank or begins or ends with a space";
        }

        if (name.Length > MaximumLength)
        {
            return $"speaker name has {name.Length} characters, at most {MaximumLength} are allowed";
        }

        return name[0] == '.' || name.Any(character => char.IsControl(character) || character is '/' or '\\')
            ? $"speaker name '{name.ReplaceLineEndings(" ")}' begins with a dot or has a slash or a control " +
                "character in it"
            : null;
    }

    /// <summary>The normalised name.</summary>
    /// <exception cref="ArgumentException">The name is blank, too long, or would not be a plain folder name.</exception>
    public static string Checked(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Problem(name) is { } problem)
        {
            throw new ArgumentException(problem, nameof(name));
        }

        return Normalise(name);
    }
}
