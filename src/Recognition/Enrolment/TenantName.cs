namespace Speaker.Enrolment;

/// <summary>What may be a tenant's name: also a file's name, and a part of a schema's.</summary>
internal static class TenantName
{
    /// <summary>A schema's name in PostgreSQL has 63 bytes, and what stands before a tenant takes some of them.</summary>
    private const int MaximumLength = 32;

    /// <summary>What is wrong with a name, or null if nothing is. One without capitals is one file on every file
    /// system.</summary>
    public static string? Problem(string name) =>
        name.Length is > 0 and <= MaximumLength && name[0] is not ('-' or '_')
        && name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character)
            || character is '-' or '_')
            ? null
            : $"tenant '{name.ReplaceLineEndings(" ")}' must have 1 to {MaximumLength} of the characters a to z, 0 to 9, " +
                "- and _, and begin with a letter or a digit";
}
