using Speaker.Enrolment;

namespace Speaker.Host.Live;

/// <summary>What a display of an enrolment that listens shows at one moment.</summary>
/// <param name="Speaker">Who is enrolled.</param>
/// <param name="Progress">Of the enrolment, with what was accepted.</param>
internal sealed record EnrolmentView(string Speaker, EnrolmentProgress Progress)
{
    /// <summary>What is to be said.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>Null before any sound.</summary>
    public PartState? State { get; init; }

    /// <summary>Null before the first.</summary>
    public JudgedPart? Last { get; init; }

    /// <summary>What has to be known besides; null: nothing.</summary>
    public string? Notice { get; init; }
}
