using Speaker.Scoring;

namespace Speaker.Tests.Search;

/// <summary>The oracle of the search: every voiceprint goes through the scorer, and all distances are sorted.</summary>
internal sealed class ScannedGallery(Scorer scorer)
{
    public SortedDictionary<string, TrialSide> Sides { get; private init; } = new(StringComparer.Ordinal);

    public ScannedGallery Copy() => new(scorer)
    {
        Sides = new SortedDictionary<string, TrialSide>(Sides, StringComparer.Ordinal),
    };

    public void Apply(IEnumerable<(string Speaker, TrialSide? Side)> changes)
    {
        foreach (var (speaker, side) in changes)
        {
            if (side is null)
            {
                Sides.Remove(speaker);
            }
            else
            {
                Sides[speaker] = side;
            }
        }
    }

    public IReadOnlyList<(string Speaker, float Distance)> Search(TrialSide test, int count) =>
    [
        .. Sides.Select(side => (Speaker: side.Key, Distance: scorer.Distance(side.Value, test)))
            .OrderBy(each => each.Distance).ThenBy(each => each.Speaker, StringComparer.Ordinal).Take(count),
    ];
}
