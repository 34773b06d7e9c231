namespace Speaker.Audio;

/// <summary>What is wrong with a recording that could be read all the same.</summary>
public enum RecordingIssue
{
    /// <summary>Its end is missing: by its own header or last page there was more sound.</summary>
    Cut,

    /// <summary>Its recorder never wrote down how long it is; what follows the header was taken for the sound.</summary>
    UnfinishedHeader,

    /// <summary>Its channels are in opposite phase and cancel; one of them was heard alone.</summary>
    OppositeChannels,

    /// <summary>Its samples are floats in the units of an integer format; they were scaled to full scale 1.</summary>
    IntegerUnits,
}

/// <summary>Something that was found in a file while it was read, and that its owner should know.</summary>
/// <param name="Issue">The kind, for programs.</param>
/// <param name="Message">For people: what was found, and what was done or is to be done about it. No full stop.</param>
public sealed record RecordingNote(RecordingIssue Issue, string Message);
