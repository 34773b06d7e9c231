using System.Globalization;
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

        return name[0] == '.' || name.Any(character => !MayStand(character))
            ? $"speaker name '{Visible(name)}' begins with a dot or has a slash or a control character in it"
            : null;
    }

    /// <summary>Format characters make one name look like another. The two that join letters or keep them apart belong to
    /// the spelling of some languages.</summary>
    private static bool MayStand(char character) => char.GetUnicodeCategory(character) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        UnicodeCategory.Format => character is '\u200C' or '\u200D',
        _ => character is not ('/' or '\\'),
    };

    private static string Visible(string name) =>
        string.Concat(name.Select(character => MayStand(character) || character is '/' or '\\'
            ? character.ToString()
            : $"<U+{(int)character:X4}>"));

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
