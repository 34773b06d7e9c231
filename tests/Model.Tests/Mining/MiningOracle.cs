namespace Speaker.Training.Tests.Mining;

/// <summary>The definitions, as loops over all triples; slow on purpose.</summary>
internal static class MiningOracle
{
    public static List<(long Anchor, long Positive, long Negative)> SemiHard(float[] d, long[] labels, float margin)
    {
        var n = labels.Length;
        var result = new List<(long, long, long)>();
        for (var a = 0; a < n; a++)
        {
            for (var p = 0; p < n; p++)
            {
                if (p == a || labels[p] != labels[a])
                {
                    continue;
                }

                var ap = d[(a * n) + p];
                int semiHard = -1, leastHardWrong = -1, nearest = -1;
                for (var x = 0; x < n; x++)
                {
                    if (labels[x] == labels[a])
                    {
                        continue;
                    }

                    var an = d[(a * n) + x];
                    if (ap < an && an < ap + margin && (semiHard < 0 || an < d[(a * n) + semiHard]))
                    {
                        semiHard = x;
                    }

                    if (an <= ap && (leastHardWrong < 0 || an > d[(a * n) + leastHardWrong]))
                    {
                        leastHardWrong = x;
                    }

                    if (nearest < 0 || an < d[(a * n) + nearest])
                    {
                        nearest = x;
                    }
                }

                var chosen = semiHard >= 0 ? semiHard : leastHardWrong >= 0 ? leastHardWrong : nearest;
                if (chosen >= 0)
                {
                    result.Add((a, p, chosen));
                }
            }
        }

        return result;
    }

    public static List<(long Anchor, long Positive, long Negative)> BatchHard(float[] d, long[] labels)
    {
        var n = labels.Length;
        var result = new List<(long, long, long)>();
        for (var a = 0; a < n; a++)
        {
            int farthest = -1, nearest = -1;
            for (var x = 0; x < n; x++)
            {
                var distance = d[(a * n) + x];
                if (labels[x] == labels[a] && x != a && (farthest < 0 || distance > d[(a * n) + farthest]))
                {
                    farthest = x;
                }

                if (labels[x] != labels[a] && (nearest < 0 || distance < d[(a * n) + nearest]))
                {
                    nearest = x;
                }
            }

            if (farthest >= 0 && nearest >= 0)
            {
                result.Add((a, farthest, nearest));
            }
        }

        return result;
    }

    public static List<(long Anchor, long Positive, long Negative)> All(long[] labels)
    {
        var result = new List<(long, long, long)>();
        for (var a = 0; a < labels.Length; a++)
        {
            for (var p = 0; p < labels.Length; p++)
            {
                for (var x = 0; x < labels.Length; x++)
                {
                    if (a != p && labels[a] == labels[p] && labels[a] != labels[x])
                    {
                        result.Add((a, p, x));
                    }
                }
            }
        }

        return result;
    }

    public static List<(long Anchor, long Positive, long Negative)> EasyPositive(
        float[] d, long[] labels, float margin, bool hard)
    {
        var n = labels.Length;
        var nearest = new Dictionary<long, long>();
        foreach (var (a, p, _) in All(labels))
        {
            if (!nearest.TryGetValue(a, out var known) || d[(a * n) + p] < d[(a * n) + known])
            {
                nearest[a] = p;
            }
        }

        var candidates = hard ? BatchHard(d, labels) : SemiHard(d, labels, margin);
        return [.. candidates
            .Where(t => hard || nearest[t.Anchor] == t.Positive)
            .Select(t => (t.Anchor, nearest[t.Anchor], t.Negative))];
    }

    /// <summary>Symmetric distances in [0, 2) with a zero diagonal; with a step, many of them are equal.</summary>
    public static (float[] Distances, long[] Labels) RandomBatch(int seed, int rows, int speakers, float step = 0)
    {
        var random = new Random(seed);
        var labels = new long[rows];
        for (var i = 0; i < rows; i++)
        {
            labels[i] = random.Next(speakers);
        }

        var d = new float[rows * rows];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var value = random.NextSingle() * 2;
                if (step > 0)
                {
                    value = MathF.Round(value / step) * step;
                }

                d[(i * rows) + j] = d[(j * rows) + i] = value;
            }
        }

        return (d, labels);
    }
}
