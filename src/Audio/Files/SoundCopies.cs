using System.Collections.Concurrent;

namespace Speaker.Audio.Files;

/// <summary>The copies of one batch of recordings; those that nobody kept go when it is disposed.</summary>
/// <param name="begin">Makes one.</param>
internal sealed class SoundCopies(Func<SoundCopy> begin) : IDisposable
{
    private readonly ConcurrentBag<SoundCopy> _copies = [];

    /// <summary>A copy of one recording; from any thread.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public SoundCopy Begin()
    {
        var copy = begin();
        _copies.Add(copy);
        return copy;
    }

    public void Dispose()
    {
        foreach (var copy in _copies)
        {
            copy.Dispose();
        }
    }
}
