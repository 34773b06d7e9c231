namespace Speaker.Enrolment.Audit;

/// <summary>Who does what is done from here on, for the audit log: set where work begins, as the user of a command line, the
/// key of a request or the inbox, and kept along the calls that follow from it.</summary>
internal static class AuditActor
{
    /// <summary>A program that uses the library and says nothing of itself.</summary>
    private const string Library = "library";

    private static readonly AsyncLocal<string?> Value = new();

    /// <summary>"user anna", "key 3f2a…", "inbox", "retention".</summary>
    public static string Current
    {
        get => Value.Value ?? Library;
        set => Value.Value = value;
    }
}
