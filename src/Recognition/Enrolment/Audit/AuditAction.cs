namespace Speaker.Enrolment.Audit;

/// <summary>What is done, as the audit log calls it.</summary>
internal static class AuditAction
{
    public const string Enrol = "enrol";

    public const string Remove = "remove";

    public const string RemoveUtterance = "removeUtterance";

    public const string Rename = "rename";

    /// <summary>The subject is who got the utterances; the detail names the subject of who is dissolved.</summary>
    public const string Merge = "merge";

    public const string Import = "import";

    /// <summary>Utterances were removed for their age.</summary>
    public const string Expire = "expire";

    /// <summary>Utterances were sealed with another key, or for the first time.</summary>
    public const string Seal = "seal";

    /// <summary>To another model.</summary>
    public const string Migrate = "migrate";

    public const string Restore = "restore";

    public const string Verify = "verify";

    public const string Identify = "identify";
}
