namespace Speaker.Training.Mining;

/// <summary>
/// For every ordered anchor-positive pair a negative drawn uniformly from the rows of other labels: the baseline that a
/// miner has to beat, and a gentle start for an untrained encoder.
/// </summary>
internal sealed class RandomMiner(double margin, int seed) : TripletMiner(margin)
{
    private protected override void MineInto(
        TripletCollector collector, ReadOnlySpan<float> distances, ReadOnlySpan<long> labels, int step)
    {
        var random = Draws(seed, step);
        var rows = labels.Length;
        var negatives = new int[rows];
        for (var anchor = 0; anchor < rows; anchor++)
        {
            var row = distances.Slice(anchor * rows, rows);
            var count = 0;
            for (var other = 0; other < rows; other++)
            {
                if (labels[other] != labels[anchor])
                {
                    negatives[count++] = other;
                }
            }

            if (count == 0)
            {
                continue;
            }

            for (var positive = 0; positive < rows; positive++)
            {
                if (positive == anchor || labels[positive] != labels[anchor])
                {
                    continue;
                }

                var negative = negatives[random.Next(count)];
                collector.Add(anchor, positive, negative, row[positive], row[negative]);
            }
        }
    }
}
