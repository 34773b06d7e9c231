using System.Numerics;

namespace Speaker.Audio.Features.Mfcc;

/// <summary>
/// An array of vectors at a cache line's boundary, pinned for as long as its owner lives: element i holds the i-th
/// value of as many frames as a vector has lanes.
/// </summary>
internal sealed unsafe class LaneBuffer
{
    private const int Alignment = 64;

    private readonly byte[] _storage;

    public LaneBuffer(int length)
    {
        _storage = GC.AllocateArray<byte>(checked((length * sizeof(Vector<float>)) + Alignment), pinned: true);
        fixed (byte* start = _storage)
        {
            Pointer = (Vector<float>*)(((nint)start + Alignment - 1) & ~(nint)(Alignment - 1));
        }
    }

    public Vector<float>* Pointer { get; }

    /// <summary>The same memory as single values: element i, lane f at i * lanes + f.</summary>
    public float* Values => (float*)Pointer;
}
