namespace Speaker.Host.Doctor;

internal enum CheckStatus
{
    Ok,

    /// <summary>Something that a verb may miss; the others work.</summary>
    Warn,

    Fail,
}

/// <summary>One finding of <c>doctor</c>.</summary>
/// <param name="Detail">What was found.</param>
/// <param name="Advice">What to do; empty where nothing is to be done.</param>
internal sealed record MachineCheck(string Name, CheckStatus Status, string Detail, string Advice)
{
    public static MachineCheck Ok(string name, string detail) => new(name, CheckStatus.Ok, detail, "");
}
