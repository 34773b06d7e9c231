namespace Speaker.Training.Mining;

/// <summary>
/// For every ordered anchor-positive pair a negative drawn uniformly from the rows of other labels: the baseline that a
/// miner has to beat, and a gentle start for an untrained encoder.
/// </summary>
internal sealed class RandomMiner(double margin, int seed) : TripletMiner(margin)
{
    private protected override void MineInto(
        TripletCollector collector, ReadOnlySpan<float> distances, BatchRows rows, int step)
    {
        var random = Draws(seed, step);
        var negatives = new int[rows.Length];
        for (var anchor = 0; anchor < rows.Length; anchor++)
        {
            var row = distances.Slice(anchor * rows.Length, rows.Length);
            var count = 0;
            for (var other = 0; other < rows.Length; other++)
            {
                if (rows.IsNegative(anchor, other))
                {
                    negatives[count++] = other;
                }
            }

            if (count == 0)
            {
                continue;
            }

            for (var positive = 0; positive < rows.Length; positive++)
            {
                if (!rows.IsPositive(anchor, positive))
                {
                    continue;
                }

                var negative = negatives[random.Next(count)];
                collector.Add(anchor, positive, negative, row[positive], row[negative]);
            }
        }
    }
}
