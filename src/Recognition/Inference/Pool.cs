namespace Speaker.Inference;

/// <summary>Objects that are costly to make and of which each is used by one thread at a time. Thread safe.</summary>
/// <param name="make">Makes one more.</param>
/// <param name="capacity">Most that it keeps.</param>
internal sealed class Pool<T>(Func<T> make, int capacity)
    where T : class
{
    private readonly T?[] _kept = new T?[capacity];

    /// <summary>One that nobody else has.</summary>
    public T Rent()
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (Volatile.Read(ref _kept[i]) is not null && Interlocked.Exchange(ref _kept[i], null) is { } kept)
            {
                return kept;
            }
        }

        return make();
    }

    /// <summary>Takes it back; leaves it to the garbage collector when there are enough.</summary>
    public void Return(T item)
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (Volatile.Read(ref _kept[i]) is null && Interlocked.CompareExchange(ref _kept[i], item, null) is null)
            {
                return;
            }
        }
    }
}
