namespace Speaker.Enrolment;

/// <summary>
/// Small texts by key, beside a store of voiceprints and apart from it: what a service has to remember of a speaker that is
/// no voiceprint. Nothing that is decided depends on them.
/// </summary>
/// <remarks>Any number of threads and processes at once. Keys are ASCII. Reading makes nothing.</remarks>
internal interface IDocumentStore
{
    /// <summary>One text; null where there is none.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">They cannot be read.</exception>
    Task<string?> ReadAsync(string key, CancellationToken cancellationToken);

    /// <summary>Texts in the order of their keys.</summary>
    /// <param name="prefix">What the keys begin with.</param>
    /// <param name="after">The key after which to begin; empty: with the first.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">They cannot be read.</exception>
    Task<IReadOnlyList<KeyValuePair<string, string>>> ListAsync(
        string prefix, string after, int most, CancellationToken cancellationToken);

    /// <summary>How many texts there are.</summary>
    /// <param name="prefix">What their keys begin with.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">They cannot be read.</exception>
    Task<long> CountAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Replaces a text by what is made of it, while nobody else changes it; durable when the call returns.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="change">From the text, null where there is none, to the new one, null to remove it.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The new text.</returns>
    /// <exception cref="StoreException">They are in use for too long, or cannot be written.</exception>
    Task<string?> ChangeAsync(string key, Func<string?, string?> change, CancellationToken cancellationToken);
}
