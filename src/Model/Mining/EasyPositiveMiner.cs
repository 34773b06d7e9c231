namespace Speaker.Training.Mining;

/// <summary>What an easy positive is set against.</summary>
internal enum EasyPositiveNegative
{
    /// <summary>The semi-hard negative of the pair, with the fallback of <see cref="SemiHardMiner"/>.</summary>
    SemiHard,

    /// <summary>The nearest negative of the anchor.</summary>
    Hard,
}

/// <summary>
/// For every anchor its nearest positive (Xuan et al., 2020, "Improved embeddings with easy positive triplet mining"),
/// with a semi-hard ("EPSHN") or the hardest ("EPHN") negative: utterances of one speaker need not all come together,
/// it is enough that each has a neighbour. One triplet an anchor; among equal distances the row that comes first is taken.
/// </summary>
internal sealed class EasyPositiveMiner(double margin, EasyPositiveNegative kind) : TripletMiner(margin)
{
    private protected override void MineInto(
        TripletCollector collector, ReadOnlySpan<float> distances, BatchRows rows, int step)
    {
        for (var anchor = 0; anchor < rows.Length; anchor++)
        {
            var row = distances.Slice(anchor * rows.Length, rows.Length);
            var positive = -1;
            for (var other = 0; other < rows.Length; other++)
            {
                if (rows.IsPositive(anchor, other) && (positive < 0 || row[other] < row[positive]))
                {
                    positive = other;
                }
            }

            if (positive < 0)
            {
                continue;
            }

            var negative = Negative(row, rows, anchor, row[positive]);
            if (negative >= 0)
            {
                collector.Add(anchor, positive, negative, row[positive], row[negative]);
            }
        }
    }

    private int Negative(ReadOnlySpan<float> row, BatchRows rows, int anchor, float positiveDistance)
    {
        int beyond = -1, within = -1, nearest = -1;
        for (var other = 0; other < row.Length; other++)
        {
            if (!rows.IsNegative(anchor, other))
            {
                continue;
            }

            var distance = row[other];
            if (nearest < 0 || distance < row[nearest])
            {
                nearest = other;
            }

            if (distance > positiveDistance && (beyond < 0 || distance < row[beyond]))
            {
                beyond = other;
            }

            if (distance <= positiveDistance && (within < 0 || distance > row[within]))
            {
                within = other;
            }
        }

        return kind == EasyPositiveNegative.Hard ? nearest : SemiHardOf(row, positiveDistance, beyond, within);
    }
}
