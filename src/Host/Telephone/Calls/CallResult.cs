namespace Speaker.Host.Telephone.Calls;

/// <summary>What came of a call.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Outcome">Inconclusive where nothing was decided.</param>
/// <param name="Code">Why, for programs.</param>
/// <param name="Reason">Why, in one sentence.</param>
/// <param name="Decision">Null where nothing was decided.</param>
/// <param name="Seconds">Of sound that were heard.</param>
/// <param name="Received">Numbered frames that came.</param>
/// <param name="Dropped">Of them, those that came twice or too late.</param>
/// <param name="Lost">Numbers that were passed over.</param>
internal sealed record CallResult(
    CallEnd End,
    Outcome Outcome,
    string Code,
    string Reason,
    Decision? Decision,
    double Seconds,
    long Received,
    long Dropped,
    long Lost);
