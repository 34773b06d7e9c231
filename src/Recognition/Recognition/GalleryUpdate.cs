using Speaker.Scoring;
using Speaker.Search;

namespace Speaker.Recognition;

/// <summary>One update of a gallery: what the store tells becomes voiceprints, many side by side, and goes into the index
/// at once; everybody anew goes into an index of its own, while the one before is searched.</summary>
/// <param name="scorer">The model's.</param>
/// <param name="current">The index that is searched meanwhile.</param>
/// <param name="begin">Makes an empty one.</param>
/// <param name="cancellationToken">Stops the work.</param>
internal sealed class GalleryUpdate(
    Scorer scorer, GalleryIndex current, Func<GalleryIndex> begin, CancellationToken cancellationToken)
    : IGalleryFollower
{
    /// <summary>Speakers whose voiceprints are made at a time where everybody is read: 8 MB.</summary>
    private const int Batch = 8192;

    private readonly List<(string Speaker, IReadOnlyList<StoredUtterance> Utterances)> _changes = [];
    private GalleryIndex? _whole;

    public void Clear()
    {
        _changes.Clear();
        _whole = begin();
    }

    public void Put(string speaker, IReadOnlyList<StoredUtterance> utterances)
    {
        _changes.Add((speaker, utterances));
        if (_whole is not null && _changes.Count >= Batch)
        {
            Apply(_whole);
        }
    }

    public void Remove(string speaker) => _changes.Add((speaker, []));

    /// <summary>Ends the update.</summary>
    /// <returns>The index that is to be searched from now on.</returns>
    /// <exception cref="ModelException">A voiceprint in the store is damaged.</exception>
    public GalleryIndex Finish()
    {
        var index = _whole ?? current;
        Apply(index);
        return index;
    }

    private void Apply(GalleryIndex index)
    {
        if (_changes.Count == 0)
        {
            return;
        }

        var sides = new (string, TrialSide?)[_changes.Count];
        // The distances to the cohort take most of the time.
        Parallel.For(
            0, sides.Length, new ParallelOptions { CancellationToken = cancellationToken },
            i => sides[i] = (_changes[i].Speaker, _changes[i].Utterances.Count == 0
                ? null
                : Verifier.SideOf(scorer, _changes[i].Utterances)));
        _changes.Clear();
        index.Apply(sides);
    }
}
