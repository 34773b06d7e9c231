using System.Runtime.CompilerServices;

namespace Speaker.Audio.Numerics;

/// <summary>
/// Float32 memory that begins on a cache line, so that no vector that is aligned in it spans two. The garbage collector
/// neither moves it nor, as long as this object lives, frees it. Not thread safe while it grows.
/// </summary>
internal sealed unsafe class AlignedBuffer
{
    private const int Alignment = 64;

    private float[] _memory = [];

    public AlignedBuffer()
    {
    }

    /// <param name="length">In floats, all zero.</param>
    public AlignedBuffer(long length) => Reserve(length);

    /// <summary>The first float; another one after each <see cref="Reserve"/>.</summary>
    public float* Start { get; private set; }

    /// <summary>In floats.</summary>
    public long Length { get; private set; }

    /// <summary>The whole as a span.</summary>
    /// <exception cref="OverflowException">It has more than <see cref="int.MaxValue"/> floats.</exception>
    public Span<float> Span => new(Start, checked((int)Length));

    /// <summary>Makes room for so many floats at least. When it grows, what was in it is lost and it is zero.</summary>
    public void Reserve(long length)
    {
        if (length <= Length)
        {
            return;
        }

        _memory = GC.AllocateArray<float>(checked((int)(length + (Alignment / sizeof(float)))), pinned: true);
        var address = (nint)Unsafe.AsPointer(ref _memory[0]);
        Start = (float*)((address + Alignment - 1) & -Alignment);
        Length = length;
    }
}
