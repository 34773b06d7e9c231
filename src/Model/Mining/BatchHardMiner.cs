namespace Speaker.Training.Mining;

/// <summary>
/// "Batch hard" (Hermans et al., 2017): for every anchor its farthest positive and its nearest negative, one triplet an
/// anchor. Among equal distances the row that comes first is taken.
/// </summary>
/// <remarks>Fit for an encoder that is already trained: on an untrained one it tends to collapse, and it seeks out
/// wrong labels.</remarks>
internal sealed class BatchHardMiner(double margin) : TripletMiner(margin)
{
    private protected override void MineInto(
        TripletCollector collector, ReadOnlySpan<float> distances, BatchRows rows, int step)
    {
        for (var anchor = 0; anchor < rows.Length; anchor++)
        {
            var row = distances.Slice(anchor * rows.Length, rows.Length);
            int positive = -1, negative = -1;
            for (var other = 0; other < rows.Length; other++)
            {
                if (rows.IsNegative(anchor, other))
                {
                    if (negative < 0 || row[other] < row[negative])
                    {
                        negative = other;
                    }
                }
                else if (rows.IsPositive(anchor, other) && (positive < 0 || row[other] > row[positive]))
                {
                    positive = other;
                }
            }

            if (positive >= 0 && negative >= 0)
            {
                collector.Add(anchor, positive, negative, row[positive], row[negative]);
            }
        }
    }
}
