namespace Speaker.Training.Mining;

/// <summary>Gathers triplets and their statistics while a miner goes through a batch.</summary>
internal sealed class TripletCollector(float margin)
{
    private readonly List<long> _anchors = [];
    private readonly List<long> _positives = [];
    private readonly List<long> _negatives = [];
    private double _positiveSum;
    private double _negativeSum;
    private int _active;
    private int _semiHard;

    public void Add(int anchor, int positive, int negative, float positiveDistance, float negativeDistance)
    {
        _anchors.Add(anchor);
        _positives.Add(positive);
        _negatives.Add(negative);
        _positiveSum += positiveDistance;
        _negativeSum += negativeDistance;
        if (negativeDistance < positiveDistance + margin)
        {
            _active++;
            if (negativeDistance > positiveDistance)
            {
                _semiHard++;
            }
        }
    }

    public MiningResult ToResult()
    {
        double count = _anchors.Count;
        return new MiningResult(
            new Triplets([.. _anchors], [.. _positives], [.. _negatives]),
            new MiningStatistics(_active / count, _positiveSum / count, _negativeSum / count, _semiHard / count));
    }
}
