namespace Speaker.Training.Losses;

/// <summary>The rows of a batch by speaker.</summary>
internal static class BatchSpeakers
{
    /// <summary>For each label, in the order of its first row, its rows in their order.</summary>
    public static long[][] Of(long[] labels) =>
        [.. labels.Select((label, row) => (label, row))
            .GroupBy(x => x.label, x => (long)x.row).Select(rows => rows.ToArray())];
}
