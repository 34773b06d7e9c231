namespace Speaker.Training.Mining;

/// <summary>
/// Every triplet of the batch ("batch all", Hermans et al., 2017), or where there are more than
/// <see cref="MostTriplets"/> as many drawn from them.
/// </summary>
/// <remarks>
/// P speakers × K utterances have PK · (K−1) · (P−1)K triplets: 47,616 for 32 × 4, 3,133,440 for 256 × 4. Written down
/// they would be the cubic memory that mining is to avoid, so beyond the bound the list of all of them, in the order of
/// anchor, positive and negative, is cut into <see cref="MostTriplets"/> segments of one length and one triplet is
/// drawn from each. A mean over the draws expects the mean over all; the list itself is never made.
/// </remarks>
internal sealed class BatchAllMiner(double margin, int seed) : TripletMiner(margin)
{
    /// <summary>Triplets of one batch at most: 1.6 MB of row numbers.</summary>
    public const int MostTriplets = 65_536;

    private protected override void MineInto(
        TripletCollector collector, ReadOnlySpan<float> distances, BatchRows rows, int step)
    {
        var total = Count(rows);
        if (total == 0)
        {
            return;
        }

        var random = Draws(seed, step);
        var wanted = Math.Min(total, MostTriplets);
        var perDraw = (double)total / wanted;
        var (positives, negatives) = (new int[rows.Length], new int[rows.Length]);
        long drawn = 0, begin = 0;
        var next = Place();
        for (var anchor = 0; anchor < rows.Length && drawn < wanted; anchor++)
        {
            var (positiveCount, negativeCount) = Split(rows, anchor, positives, negatives);
            var end = begin + ((long)positiveCount * negativeCount);
            var row = distances.Slice(anchor * rows.Length, rows.Length);
            while (drawn < wanted && next < end)
            {
                var (p, n) = Math.DivRem((int)(next - begin), negativeCount);
                collector.Add(anchor, positives[p], negatives[n], row[positives[p]], row[negatives[n]]);
                drawn++;
                next = Place();
            }

            begin = end;
        }

        // The place in the list of all triplets of the triplet to be taken next.
        long Place() => wanted == total
            ? drawn
            : Math.Min((long)((drawn + random.NextDouble()) * perDraw), total - 1);
    }

    private static long Count(BatchRows rows)
    {
        var total = 0L;
        for (var anchor = 0; anchor < rows.Length; anchor++)
        {
            long positives = 0, negatives = 0;
            for (var other = 0; other < rows.Length; other++)
            {
                positives += rows.IsPositive(anchor, other) ? 1 : 0;
                negatives += rows.IsNegative(anchor, other) ? 1 : 0;
            }

            total += positives * negatives;
        }

        return total;
    }

    private static (int Positives, int Negatives) Split(
        BatchRows rows, int anchor, Span<int> positives, Span<int> negatives)
    {
        int p = 0, n = 0;
        for (var other = 0; other < rows.Length; other++)
        {
            if (rows.IsNegative(anchor, other))
            {
                negatives[n++] = other;
            }
            else if (rows.IsPositive(anchor, other))
            {
                positives[p++] = other;
            }
        }

        return (p, n);
    }
}
