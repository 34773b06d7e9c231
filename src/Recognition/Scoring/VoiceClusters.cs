namespace Speaker.Scoring;

/// <summary>
/// Groups recordings by voice: agglomerative clustering with average linkage (Sokal and Michener, 1958; UPGMA). Two
/// groups become one while the mean distance between their members is within the threshold.
/// </summary>
internal static class VoiceClusters
{
    /// <param name="sides">The recordings, from one scorer.</param>
    /// <param name="scorer">That scorer.</param>
    /// <param name="threshold">Mean distance at or below which two groups are one voice.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The members of each group by index, ascending; groups in the order of their first members.</returns>
    /// <exception cref="ModelException">The vectors have different dimensions.</exception>
    public static IReadOnlyList<IReadOnlyList<int>> Of(
        IReadOnlyList<TrialSide> sides, Scorer scorer, double threshold, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sides);
        ArgumentNullException.ThrowIfNull(scorer);
        return Of(sides.Count, (i, j) => scorer.Distance(sides[i], sides[j]), threshold, cancellationToken);
    }

    /// <param name="count">How many recordings.</param>
    /// <param name="distance">Between two of them, by index; the same both ways round.</param>
    /// <param name="threshold">As there.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>As there.</returns>
    public static IReadOnlyList<IReadOnlyList<int>> Of(
        int count, Func<int, int, double> distance, double threshold, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(distance);
        var distances = Distances(count, distance, cancellationToken);
        // A group lives at the index of its first member; null where it has become part of another.
        List<int>?[] groups = [.. Enumerable.Range(0, count).Select(i => new List<int> { i })];
        var nearest = new int[count];
        for (var i = 0; i < count; i++)
        {
            nearest[i] = Nearest(distances, groups, i);
        }

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var one = -1;
            for (var i = 0; i < count; i++)
            {
                if (groups[i] is not null && nearest[i] >= 0
                    && (one < 0 || distances[i][nearest[i]] < distances[one][nearest[one]]))
                {
                    one = i;
                }
            }

            if (one < 0 || !(distances[one][nearest[one]] <= threshold))
            {
                return [.. from members in groups where members is not null select members.Order().ToArray()];
            }

            Join(distances, groups, nearest, Math.Min(one, nearest[one]), Math.Max(one, nearest[one]));
        }
    }

    private static void Join(double[][] distances, List<int>?[] groups, int[] nearest, int kept, int joined)
    {
        var (own, other) = (groups[kept]!, groups[joined]!);
        for (var i = 0; i < groups.Length; i++)
        {
            if (i != kept && i != joined && groups[i] is not null)
            {
                // The mean over all pairs (Lance and Williams, 1967).
                distances[kept][i] = ((own.Count * distances[kept][i]) + (other.Count * distances[joined][i]))
                    / (own.Count + other.Count);
                distances[i][kept] = distances[kept][i];
            }
        }

        own.AddRange(other);
        groups[joined] = null;
        for (var i = 0; i < groups.Length; i++)
        {
            // Average linkage never brings a group nearer than the nearer of the two was, so only these are stale.
            if (groups[i] is not null && (i == kept || nearest[i] == kept || nearest[i] == joined))
            {
                nearest[i] = Nearest(distances, groups, i);
            }
        }
    }

    /// <summary>The nearest other group; -1 where there is none.</summary>
    private static int Nearest(double[][] distances, List<int>?[] groups, int group)
    {
        var found = -1;
        for (var i = 0; i < groups.Length; i++)
        {
            if (i != group && groups[i] is not null && (found < 0 || distances[group][i] < distances[group][found]))
            {
                found = i;
            }
        }

        return found;
    }

    /// <summary>Of every recording to every other, [N][N], 0 to itself.</summary>
    /// <exception cref="ModelException">The vectors have different dimensions.</exception>
    public static double[][] Distances(
        IReadOnlyList<TrialSide> sides, Scorer scorer, CancellationToken cancellationToken) =>
        Distances(sides.Count, (i, j) => scorer.Distance(sides[i], sides[j]), cancellationToken);

    private static double[][] Distances(
        int count, Func<int, int, double> distance, CancellationToken cancellationToken)
    {
        double[][] distances = [.. Enumerable.Range(0, count).Select(_ => new double[count])];
        for (var i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var j = 0; j < i; j++)
            {
                distances[i][j] = distances[j][i] = distance(i, j);
            }
        }

        return distances;
    }
}
