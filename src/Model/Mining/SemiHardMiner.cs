namespace Speaker.Training.Mining;

/// <summary>
/// Semi-hard mining as FaceNet defines it (Schroff et al., 2015, section 3.2): for every ordered anchor-positive pair
/// the nearest negative with d(a,p) &lt; d(a,n) &lt; d(a,p) + margin.
/// </summary>
/// <remarks>
/// Where a pair has no semi-hard negative, the fallback is the negative closest to that window:
/// <list type="number">
/// <item>the farthest negative with d(a,n) ≤ d(a,p), the least hard of those that are wrong; the hardest ones are what
/// collapses an untrained encoder, and are as often a wrong label;</item>
/// <item>where no negative is that close, the nearest negative. The pair is then solved and its loss is exactly 0; it is
/// kept so that the mean over triplets is the mean over pairs and the active fraction tells how many are left.</item>
/// </list>
/// Among equal distances the row that comes first is taken, so the result depends on nothing but the batch.
/// <para>
/// Instead of sorting each anchor's many negatives, its few positives are sorted and each negative is put by binary
/// search into the interval between two of them; nearest and farthest of each interval answer all pairs of the anchor.
/// That is O(B² log K) time for K rows a label, and O(B) memory beside the matrix.
/// </para>
/// </remarks>
internal sealed class SemiHardMiner(double margin) : TripletMiner(margin)
{
    private protected override void MineInto(
        TripletCollector collector, ReadOnlySpan<float> distances, BatchRows rows, int step)
    {
        var count = rows.Length;
        var positiveRows = new int[count];
        var positiveDistances = new float[count];
        var nearest = new int[count + 1];
        var farthest = new int[count + 1];
        for (var anchor = 0; anchor < count; anchor++)
        {
            var row = distances.Slice(anchor * count, count);
            var positives = 0;
            for (var other = 0; other < count; other++)
            {
                if (!rows.IsPositive(anchor, other))
                {
                    continue;
                }

                positiveRows[positives] = other;
                positiveDistances[positives++] = row[other];
            }

            if (positives == 0)
            {
                continue;
            }

            var sorted = positiveDistances.AsSpan(0, positives);
            sorted.Sort(positiveRows.AsSpan(0, positives));
            FillIntervals(row, rows, anchor, sorted, nearest, farthest);
            AddPairs(collector, anchor, row, positiveRows.AsSpan(0, positives), nearest, farthest);
        }
    }

    /// <summary>
    /// Interval i holds the negatives that are farther than exactly i of the sorted positives, that is
    /// sorted[i−1] &lt; d ≤ sorted[i]. Its nearest and farthest row, or −1.
    /// </summary>
    private static void FillIntervals(
        ReadOnlySpan<float> row, BatchRows rows, int anchor, ReadOnlySpan<float> sorted,
        Span<int> nearest, Span<int> farthest)
    {
        nearest[..(sorted.Length + 1)].Fill(-1);
        farthest[..(sorted.Length + 1)].Fill(-1);
        for (var other = 0; other < row.Length; other++)
        {
            if (!rows.IsNegative(anchor, other))
            {
                continue;
            }

            var distance = row[other];
            var interval = CountBelow(sorted, distance);
            if (nearest[interval] < 0 || distance < row[nearest[interval]])
            {
                nearest[interval] = other;
            }

            if (farthest[interval] < 0 || distance > row[farthest[interval]])
            {
                farthest[interval] = other;
            }
        }
    }

    /// <summary>How many of the sorted values are below <paramref name="value"/>.</summary>
    private static int CountBelow(ReadOnlySpan<float> sorted, float value)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (sorted[middle] < value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void AddPairs(
        TripletCollector collector, int anchor, ReadOnlySpan<float> row, ReadOnlySpan<int> positives,
        Span<int> nearest, Span<int> farthest)
    {
        // From each interval's own to the nearest of it and all above, and the farthest of it and all below.
        for (var i = positives.Length - 1; i >= 0; i--)
        {
            if (nearest[i] < 0)
            {
                nearest[i] = nearest[i + 1];
            }
        }

        for (var i = 1; i <= positives.Length; i++)
        {
            if (farthest[i] < 0)
            {
                farthest[i] = farthest[i - 1];
            }
        }

        for (var i = 0; i < positives.Length; i++)
        {
            var positiveDistance = row[positives[i]];
            var negative = SemiHardOf(row, positiveDistance, nearest[i + 1], farthest[i]);
            if (negative >= 0)
            {
                collector.Add(anchor, positives[i], negative, positiveDistance, row[negative]);
            }
        }
    }
}
