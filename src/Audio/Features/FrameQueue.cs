namespace Speaker.Audio.Features;

/// <summary>Frames in the order they came, taken from the front. Grows to the most that wait at a time, and no further.
/// Not thread safe.</summary>
/// <param name="coefficients">Values a frame, at least 1.</param>
internal sealed class FrameQueue(int coefficients)
{
    private float[] _values = new float[64 * coefficients];
    private int _start;

    /// <summary>Frames that wait.</summary>
    public int Count { get; private set; }

    /// <summary>The frame so many after the oldest, writable.</summary>
    public Span<float> this[int place] => _values.AsSpan((_start + place) * coefficients, coefficients);

    /// <param name="frames">Any number, frame after frame.</param>
    public void Add(ReadOnlySpan<float> frames)
    {
        var used = Count * coefficients;
        if (((_start + Count) * coefficients) + frames.Length > _values.Length)
        {
            var values = used + frames.Length > _values.Length / 2
                ? new float[2 * (used + frames.Length)]
                : _values;
            _values.AsSpan(_start * coefficients, used).CopyTo(values);
            _values = values;
            _start = 0;
        }

        frames.CopyTo(_values.AsSpan((_start * coefficients) + used));
        Count += frames.Length / coefficients;
    }

    /// <summary>Drops the oldest.</summary>
    public void Drop(int count)
    {
        _start += count;
        Count -= count;
    }

    /// <summary>A copy of all that wait.</summary>
    public FeatureMatrix Peek() => new(
        _values.AsSpan(_start * coefficients, Count * coefficients).ToArray(), Count, coefficients);

    /// <summary>Takes all.</summary>
    public FeatureMatrix Take()
    {
        var taken = Peek();
        Drop(Count);
        return taken;
    }
}
