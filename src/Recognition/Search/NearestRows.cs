namespace Speaker.Search;

/// <summary>
/// Which rows may be among the nearest so many, from distances that are known to lie between two bounds. A row may be one
/// of them unless so many others are nearer for certain.
/// </summary>
internal sealed class NearestRows(int count)
{
    /// <summary>Candidates that no longer are any go when there are so many more.</summary>
    private const int Slack = 4096;

    private readonly PriorityQueue<int, float> _farthest = new(count + 1);
    private readonly List<(int Row, float Low)> _candidates = [];
    private int _pruneAt = count + Slack;

    /// <summary>The distance that the nearest so many do not exceed; a row that is farther for certain is none of
    /// them.</summary>
    public float Limit { get; private set; } = float.PositiveInfinity;

    /// <summary>The rows that may be among the nearest, in no order.</summary>
    public IEnumerable<int> Candidates => _candidates.Where(candidate => !(candidate.Low > Limit))
        .Select(candidate => candidate.Row);

    /// <param name="row">Which.</param>
    /// <param name="low">It is not nearer than that.</param>
    /// <param name="high">It is not farther than that.</param>
    public void Add(int row, float low, float high)
    {
        if (low > Limit)
        {
            return;
        }

        _candidates.Add((row, low));
        if (_farthest.Count < count)
        {
            _farthest.Enqueue(row, -high);
        }
        else
        {
            _farthest.EnqueueDequeue(row, -high);
        }

        if (_farthest.Count == count && _farthest.TryPeek(out _, out var negative))
        {
            Limit = -negative;
        }

        if (_candidates.Count >= _pruneAt)
        {
            _candidates.RemoveAll(candidate => candidate.Low > Limit);
            _pruneAt = (2 * _candidates.Count) + Slack;
        }
    }
}
