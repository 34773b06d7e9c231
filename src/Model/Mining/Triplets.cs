namespace Speaker.Training.Mining;

/// <summary>
/// Mined triplets as row indices into a batch: <c>Anchors[i]</c> and <c>Positives[i]</c> share a label and are different
/// rows, <c>Negatives[i]</c> has another label. The three arrays are of one length.
/// </summary>
/// <remarks>64-bit, because that is what the tensor library indexes with.</remarks>
internal sealed record Triplets(long[] Anchors, long[] Positives, long[] Negatives)
{
    /// <summary>No triplets.</summary>
    public static Triplets None { get; } = new([], [], []);

    public int Count => Anchors.Length;
}

/// <summary>What a miner found, as distances before the loss; every mean is NaN when nothing was mined.</summary>
/// <param name="ActiveFraction">Share of the triplets with d(a,p) − d(a,n) + margin above 0, 0…1.</param>
/// <param name="MeanPositive">Mean d(a,p).</param>
/// <param name="MeanNegative">Mean d(a,n).</param>
/// <param name="SemiHardFraction">Share of the triplets with d(a,p) &lt; d(a,n) &lt; d(a,p) + margin, 0…1.</param>
internal sealed record MiningStatistics(
    double ActiveFraction, double MeanPositive, double MeanNegative, double SemiHardFraction)
{
    /// <summary>Mean d(a,n) − d(a,p): what training is to widen.</summary>
    public double MeanGap => MeanNegative - MeanPositive;
}

/// <summary>Triplets of one batch and what they look like.</summary>
internal sealed record MiningResult(Triplets Triplets, MiningStatistics Statistics);
