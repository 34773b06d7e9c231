using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Speaker.Enrolment.Protection;

/// <summary>
/// Seals what is biometric in a store, and opens it. The keys are read when the first one is needed, and again when their
/// file has changed or a voiceprint names one that is not there. For any number of threads.
/// </summary>
internal sealed class TemplateVault : IDisposable
{
    /// <summary>A source that did not have a key is asked for it again no sooner.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly TemplateKeySource? _source;
    private readonly bool _isRequired;
    private readonly string _tenant;
    private readonly string _location;
    private readonly Lock _reading = new();
    private volatile TemplateKeyRing? _keys;
    private long _readAt;

    /// <param name="options">Where the keys are.</param>
    /// <param name="location">The store, for messages.</param>
    /// <param name="tenant">Whose store it is; empty for the only one.</param>
    public TemplateVault(ProtectionOptions options, string location, string tenant = "")
    {
        _source = TemplateKeySource.Of(options);
        _isRequired = options.Required;
        _location = location;
        _tenant = tenant;
    }

    /// <summary>Where the keys are from; null where none are given.</summary>
    public string? Source => _source?.Description;

    /// <summary>The key that seals; null where none is given, and what is written is not sealed.</summary>
    /// <exception cref="StoreException">The source gives no keys; or none is given, and one is required.</exception>
    public string? CurrentKey()
    {
        if (_source is not null)
        {
            return Keys(isStale: _source.HasChanged).CurrentId;
        }

        return _isRequired
            ? throw new StoreException(
                StoreProblem.KeyMissing,
                $"store {_location} takes sealed voiceprints alone (Speaker:Protection:Required), and no key is given: " +
                "name one by Speaker:Protection:KeyFile, Speaker:Protection:KeyCommand or SPEAKER_STORE_KEYS")
            : null;
    }

    /// <summary>Whether a key is given.</summary>
    /// <exception cref="StoreException">The source gives no keys.</exception>
    public bool Has(string keyId) => _source is not null && Look(_source, keyId) is not null;

    /// <summary>Seals a value.</summary>
    /// <param name="keyId">What <see cref="CurrentKey"/> gave; null leaves the value as it is.</param>
    /// <param name="value">The value.</param>
    /// <param name="place">Where it belongs.</param>
    /// <returns>What is kept beside the id.</returns>
    public byte[] Seal(string? keyId, ReadOnlySpan<byte> value, TemplatePlace place)
    {
        if (keyId is null)
        {
            return value.ToArray();
        }

        return Find(keyId, place.Speaker).Seal(value, place.Associated(_tenant));
    }

    /// <summary>As the other, of an embedding.</summary>
    public byte[] Seal(string? keyId, float[] embedding, string speaker, string modelHash) => Seal(
        keyId, MemoryMarshal.AsBytes(embedding.AsSpan()),
        new TemplatePlace(speaker, modelHash, TemplateColumn.Embedding));

    /// <summary>Opens a value.</summary>
    /// <param name="keyId">Beside it; null where it is not sealed.</param>
    /// <param name="kept">What is kept.</param>
    /// <param name="place">Where it lies.</param>
    /// <exception cref="StoreException">There is no such key; or the value was changed, or is from another place.</exception>
    public byte[] Open(string? keyId, byte[] kept, TemplatePlace place)
    {
        if (keyId is null)
        {
            RequireSealed(place.Speaker);
            return kept;
        }

        var value = new byte[ValueLength(kept, place.Speaker)];
        Open(keyId, kept, place, value);
        return value;
    }

    /// <summary>As the other, of an embedding.</summary>
    /// <returns>[D].</returns>
    public float[] Open(string? keyId, byte[] kept, string speaker, string modelHash)
    {
        if (keyId is null)
        {
            RequireSealed(speaker);
            return MemoryMarshal.Cast<byte, float>(kept).ToArray();
        }

        var length = ValueLength(kept, speaker);
        if (length % sizeof(float) != 0)
        {
            throw Damaged(keyId, speaker);
        }

        var embedding = new float[length / sizeof(float)];
        Open(
            keyId, kept, new TemplatePlace(speaker, modelHash, TemplateColumn.Embedding),
            MemoryMarshal.AsBytes(embedding.AsSpan()));
        return embedding;
    }

    public void Dispose() => _keys?.Dispose();

    private void Open(string keyId, byte[] kept, TemplatePlace place, Span<byte> value)
    {
        if (!Find(keyId, place.Speaker).TryOpen(kept, place.Associated(_tenant), value))
        {
            throw Damaged(keyId, place.Speaker);
        }
    }

    private int ValueLength(byte[] kept, string speaker) => kept.Length > TemplateCipher.Overhead
        ? kept.Length - TemplateCipher.Overhead
        : throw new StoreException(
            StoreProblem.Damaged,
            $"store {_location} is damaged: a sealed voiceprint of '{speaker}' has {kept.Length} bytes: remove the " +
            "speaker and enrol again, or restore a backup");

    private TemplateCipher Find(string keyId, string speaker)
    {
        if (_source is null)
        {
            throw Missing("and no key is given");
        }

        return Look(_source, keyId) ?? throw Missing($"which {_source.Description} does not have");

        StoreException Missing(string why) => new(
            StoreProblem.KeyMissing,
            $"a voiceprint of '{speaker}' in store {_location} is sealed with key {keyId}, {why}: give that key by " +
            "Speaker:Protection:KeyFile, Speaker:Protection:KeyCommand or SPEAKER_STORE_KEYS");
    }

    /// <summary>A key of the ring, which is read again where it lacks the key and may be another by now.</summary>
    private TemplateCipher? Look(TemplateKeySource source, string keyId)
    {
        var cipher = Keys(isStale: false).Find(keyId);
        return cipher is null && (source.HasChanged || Stopwatch.GetElapsedTime(Interlocked.Read(ref _readAt)) > Pause)
            ? Keys(isStale: true).Find(keyId)
            : cipher;
    }

    private StoreException Damaged(string keyId, string speaker) => new(
        StoreProblem.Damaged,
        $"store {_location} is damaged: a voiceprint of '{speaker}' does not open with its key {keyId}; it was changed, " +
        "or copied from another speaker, model or store: remove the speaker and enrol again, or restore a backup");

    private void RequireSealed(string speaker)
    {
        if (_isRequired)
        {
            throw new StoreException(
                StoreProblem.NotPermitted,
                $"a voiceprint of '{speaker}' in store {_location} is not sealed, and Speaker:Protection:Required is on: " +
                "run 'speaker vault seal' with that setting off, if you know where the voiceprint is from");
        }
    }

    /// <param name="isStale">Whether what was read before will not do.</param>
    private TemplateKeyRing Keys(bool isStale)
    {
        if (_keys is { } keys && !isStale)
        {
            return keys;
        }

        lock (_reading)
        {
            // Another thread may have been first. A ring that others still use is left to the collector.
            if (_keys is null || (isStale && (_source!.HasChanged
                || Stopwatch.GetElapsedTime(Interlocked.Read(ref _readAt)) > Pause)))
            {
                _keys = TemplateKeyRing.Read(_source!);
                Interlocked.Exchange(ref _readAt, Stopwatch.GetTimestamp());
            }

            return _keys;
        }
    }
}
