namespace Speaker.Training.Runs;

/// <summary>A batch of crops of one length: those of labelled speakers, then those of unlabelled recordings.</summary>
/// <param name="Step">The step it is for, from 0.</param>
/// <param name="Features">[B, T, C], row-major, normalised.</param>
/// <param name="Labels">The class of each labelled crop.</param>
/// <param name="Frames">Frames of every crop.</param>
internal sealed record TrainingBatch(int Step, float[] Features, long[] Labels, int Frames)
{
    /// <summary>Crops without a label, after the others.</summary>
    public int Unlabelled { get; init; }

    /// <summary>B.</summary>
    public int Crops => Labels.Length + Unlabelled;

    /// <summary>
    /// The channel of each labelled crop, the same number for the same version of recordings of one corpus; null where
    /// channels do not count in mining.
    /// </summary>
    public long[]? Channels { get; init; }

    /// <summary>[B, D'] directions of what the teacher makes of the crops' recordings; null without one.</summary>
    public float[]? Targets { get; init; }
}
