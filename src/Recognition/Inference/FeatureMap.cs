using Speaker.Audio.Numerics;

namespace Speaker.Inference;

/// <summary>
/// What a layer over frequency and time gives, [bands, frames, channels], channels innermost, with zeros around it that
/// a 3 x 3 convolution reads: one band and one frame before it, and <see cref="MarginAfter"/> after it, for
/// convolutions that work on whole tiles. Used again for maps of other sizes.
/// </summary>
internal sealed unsafe class FeatureMap
{
    /// <summary>One for the kernel, and what the last tile may lack.</summary>
    private const int MarginAfter = WinogradWeights.LargestTile;

    private readonly AlignedBuffer _memory = new();

    public int Bands { get; private set; }

    public int Frames { get; private set; }

    /// <summary>A multiple of <see cref="PackedWeights.OutputMultiple"/>; those that the layer lacks are
    /// zero.</summary>
    public int Channels { get; private set; }

    /// <summary>What it holds on to, in floats.</summary>
    public long Size => _memory.Length;

    /// <summary>From a band to the next.</summary>
    public nint BandStep => (nint)(1 + Frames + MarginAfter) * Channels;

    /// <summary>Takes another size. Margins become zero, the rest is what it was.</summary>
    public void Reshape(int bands, int frames, int channels)
    {
        (Bands, Frames, Channels) = (bands, frames, channels);
        _memory.Reserve((1 + bands + MarginAfter) * (long)BandStep);
        Clear(At(-1, -1), BandStep);
        Clear(At(bands, -1), MarginAfter * BandStep);
        for (var band = 0; band < bands; band++)
        {
            Clear(At(band, -1), channels);
            Clear(At(band, frames), MarginAfter * channels);
        }
    }

    /// <summary>The channels at a place, which may be in a margin.</summary>
    public float* At(int band, int frame) =>
        _memory.Start + ((band + 1) * BandStep) + ((nint)(frame + 1) * Channels);

    private static void Clear(float* start, nint count) => new Span<float>(start, checked((int)count)).Clear();
}
