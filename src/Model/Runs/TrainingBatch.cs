namespace Speaker.Training.Runs;

/// <summary>A batch of crops of one length.</summary>
/// <param name="Step">The step it is for, from 0.</param>
/// <param name="Features">[B, T, C], row-major, normalised.</param>
/// <param name="Labels">The class of each crop.</param>
/// <param name="Frames">Frames of every crop.</param>
internal sealed record TrainingBatch(int Step, float[] Features, long[] Labels, int Frames);
