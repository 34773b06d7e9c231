namespace Speaker.Host.Inbox;

/// <summary>What is to become of a file of the inbox.</summary>
internal abstract record Judgement
{
    /// <summary>It is in the store, now or before: it goes to the processed ones.</summary>
    /// <param name="IsNew">False where it had been there.</param>
    /// <param name="SpeechSeconds">Of the file.</param>
    /// <param name="Utterances">Of the speaker, with this one.</param>
    /// <param name="Progress">Share of a good enrolment, 0 to 1.</param>
    public sealed record Enrolled(bool IsNew, double SpeechSeconds, int Utterances, double Progress) : Judgement
    {
        /// <summary>What there is and what is missing, in one sentence.</summary>
        public string Summary { get; init; } = "";

        /// <summary>Another speaker with the same voice; null where there is none.</summary>
        public KnownVoice? KnownAs { get; init; }
    }

    /// <summary>It cannot be used: it goes to the refused ones with the reason.</summary>
    public sealed record Refused(string Reason, double SpeechSeconds) : Judgement;

    /// <summary>By its own header, or by the lack of one, there is more to come.</summary>
    public sealed record Incomplete(string Reason) : Judgement;

    /// <summary>Nobody has judged it yet: it waits in the queue, or for room there.</summary>
    public sealed record Queued : Judgement;
}
