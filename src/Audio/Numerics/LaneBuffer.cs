using System.Numerics;

namespace Speaker.Audio.Numerics;

/// <summary>
/// An array of vectors at a cache line's boundary, pinned for as long as its owner lives: element i holds the i-th
/// value of as many signals as a vector has lanes. All zero at first.
/// </summary>
internal sealed unsafe class LaneBuffer
{
    private const int Alignment = 64;

    // Keeps the memory that the pointer is to.
    private readonly byte[] _storage;

    /// <param name="length">Vectors, 0 or more.</param>
    public LaneBuffer(int length)
    {
        _storage = GC.AllocateArray<byte>(checked((length * sizeof(Vector<float>)) + Alignment), pinned: true);
        fixed (byte* start = _storage)
        {
            Pointer = (Vector<float>*)(((nint)start + Alignment - 1) & ~(nint)(Alignment - 1));
        }
    }

    public Vector<float>* Pointer { get; }

    /// <summary>The same memory as single values: element i, lane f at i x lanes + f.</summary>
    public float* Values => (float*)Pointer;
}
