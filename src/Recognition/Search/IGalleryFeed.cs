namespace Speaker.Search;

/// <summary>A store that can say what has changed since it was last asked, so that a search over everybody need not read
/// everybody each time.</summary>
internal interface IFollowedStore
{
    /// <summary>Begins to follow; the first update brings everybody.</summary>
    IGalleryFeed Follow();
}

/// <summary>What is enrolled, as it changes. One call at a time.</summary>
internal interface IGalleryFeed
{
    /// <summary>Tells everything that has changed since the last update. After an exception the next update brings
    /// everybody.</summary>
    /// <param name="modelHash">The model in use.</param>
    /// <param name="follower">Is told of it.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">As <see cref="IVoiceprintStore.GetAllUtterancesAsync"/>.</exception>
    Task UpdateAsync(string modelHash, IGalleryFollower follower, CancellationToken cancellationToken);
}

/// <summary>Is told what a store holds. Names are in form C of Unicode, and each is one speaker.</summary>
internal interface IGalleryFollower
{
    /// <summary>Forget everybody: what follows is all there is.</summary>
    void Clear();

    /// <summary>A speaker is new or was changed.</summary>
    /// <param name="speaker">The name.</param>
    /// <param name="utterances">All of the speaker's, in the order of their enrolment; none removes the speaker.</param>
    void Put(string speaker, IReadOnlyList<StoredUtterance> utterances);

    /// <summary>A speaker is no longer there.</summary>
    void Remove(string speaker);
}
