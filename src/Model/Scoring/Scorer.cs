namespace Speaker.Model.Scoring;

/// <summary>The one scoring path: whatever door a sample came in by, this is how it is held against a voiceprint.</summary>
public static class Scorer
{
    /// <summary>Cosine distance 1 − cos, 0 (same direction) to 2; smaller is closer.</summary>
    /// <exception cref="ModelException">The vectors have different dimensions.</exception>
    public static float Distance(ReadOnlySpan<float> voiceprint, ReadOnlySpan<float> embedding) =>
        Distances.Distance.Cosine.Between(voiceprint, embedding);

    /// <summary>Whether a distance is accepted: at the threshold or below it. A distance that is no number is not.</summary>
    public static bool IsAccepted(float distance, float threshold) => distance <= threshold;
}
