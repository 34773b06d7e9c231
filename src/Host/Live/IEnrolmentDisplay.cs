namespace Speaker.Host.Live;

/// <summary>Who watches an enrolment that listens. Told from one thread at a time, but for <see cref="Notice"/>.</summary>
internal interface IEnrolmentDisplay
{
    /// <summary>Something is to be said.</summary>
    void Ask(string prompt);

    /// <summary>A block was heard.</summary>
    void Hear(PartState state);

    /// <summary>A part was judged.</summary>
    void Judge(JudgedPart part);

    /// <summary>Something happened to the device, or the user asked for what cannot be. May come from any thread.</summary>
    /// <param name="text">A sentence without a full stop.</param>
    void Notice(string text);
}
