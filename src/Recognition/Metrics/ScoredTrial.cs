using Speaker.Scoring;

namespace Speaker.Metrics;

/// <summary>A trial with its score and the two speakers in it, by number; the same number on a target trial.</summary>
internal readonly record struct ScoredTrial(float Distance, bool IsTarget, int EnrolSpeaker, int TestSpeaker)
{
    /// <summary>Null where it is not known.</summary>
    public TrialQuality? Quality { get; init; }

    /// <summary>The distances of target and of impostor trials.</summary>
    public static (float[] Targets, float[] Impostors) Split(IEnumerable<ScoredTrial> trials)
    {
        var kinds = trials.ToLookup(t => t.IsTarget, t => t.Distance);
        return ([.. kinds[true]], [.. kinds[false]]);
    }
}
