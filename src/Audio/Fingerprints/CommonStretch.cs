namespace Speaker.Audio.Fingerprints;

/// <summary>Where two recordings are most alike, laid upon each other at some shift.</summary>
/// <param name="Likeness">Of the outlines where they overlap: 1 the same, about 0 anything else.</param>
/// <param name="Needed">What two recordings have to be alike by there to be one.</param>
/// <param name="Seconds">How long they overlap.</param>
internal readonly record struct CommonStretch(double Likeness, double Needed, double Seconds)
{
    /// <summary>Too little of both to say anything.</summary>
    public static CommonStretch None { get; } = new(0, 1, 0);

    /// <summary>Whether one recording has sound of the other in it.</summary>
    public bool IsOfOneRecording => Likeness >= Needed;

    /// <summary>By how much it is more than it has to be; below 0 by how much less.</summary>
    public double Excess => Likeness - Needed;
}
