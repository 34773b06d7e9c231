using Speaker.Scoring;
using Speaker.Search;

namespace Speaker.Recognition;

/// <summary>
/// Everybody who is enrolled, in memory and in step with the store: before each search the changes since the last one are
/// taken in. Of a store that cannot tell what has changed, everybody is read each time.
/// </summary>
/// <remarks>Thread safe. Searches go on while changes are read; who was changed is seen as before or as after it, and never
/// as missing.</remarks>
#pragma warning disable CA1001 // the semaphore has nothing to release: nobody asks for its wait handle
internal sealed class Gallery
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _updating = new(1);
    private readonly IGalleryFeed _feed;
    private readonly Scorer _scorer;
    private readonly string _modelHash;
    private readonly Func<GalleryIndex> _begin;
    private volatile GalleryIndex _index;

    /// <param name="store">What is searched.</param>
    /// <param name="scorer">The model's.</param>
    /// <param name="modelHash">The model.</param>
    /// <param name="dimension">Of its embeddings.</param>
    /// <param name="bytesFrom">As <see cref="IdentificationOptions.BytesFrom"/>.</param>
    public Gallery(IVoiceprintStore store, Scorer scorer, string modelHash, int dimension, int bytesFrom)
    {
        _feed = store is IFollowedStore followed ? followed.Follow() : new WholeStoreFeed(store);
        _scorer = scorer;
        _modelHash = modelHash;
        _begin = () => new GalleryIndex(scorer, dimension, bytesFrom);
        _index = _begin();
    }

    /// <summary>Everybody, with what has changed up to now.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">As <see cref="IVoiceprintStore.GetAllUtterancesAsync"/>.</exception>
    /// <exception cref="ModelException">A voiceprint in the store is damaged.</exception>
    public async Task<GalleryIndex> GetAsync(CancellationToken cancellationToken)
    {
        await _updating.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var update = new GalleryUpdate(_scorer, _index, _begin, cancellationToken);
            await _feed.UpdateAsync(_modelHash, update, cancellationToken).ConfigureAwait(false);
            return _index = update.Finish();
        }
        finally
        {
            _updating.Release();
        }
    }

    /// <summary>A store that tells everybody each time.</summary>
    private sealed class WholeStoreFeed(IVoiceprintStore store) : IGalleryFeed
    {
        public async Task UpdateAsync(string modelHash, IGalleryFollower follower, CancellationToken cancellationToken)
        {
            var speakers = await store.GetAllUtterancesAsync(modelHash, cancellationToken).ConfigureAwait(false);
            follower.Clear();
            foreach (var (speaker, utterances) in speakers)
            {
                follower.Put(speaker, utterances);
            }
        }
    }
}
