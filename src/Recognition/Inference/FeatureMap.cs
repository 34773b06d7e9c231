using Speaker.Audio.Numerics;

namespace Speaker.Inference;

/// <summary>
/// What a layer over frequency and time gives, [bands, frames, channels], channels innermost, with a margin of zeros of
/// one band and one frame on each side, which a 3 x 3 convolution reads. Used again for maps of other sizes.
/// </summary>
internal sealed unsafe class FeatureMap
{
    private readonly AlignedBuffer _memory = new();

    public int Bands { get; private set; }

    public int Frames { get; private set; }

    /// <summary>A multiple of <see cref="PackedWeights.OutputMultiple"/>; those that the layer lacks are zero.</summary>
    public int Channels { get; private set; }

    /// <summary>What it holds on to, in floats.</summary>
    public long Size => _memory.Length;

    /// <summary>From a band to the next.</summary>
    public nint BandStep => (nint)(Frames + 2) * Channels;

    /// <summary>Takes another size. Margins become zero, the rest is what it was.</summary>
    public void Reshape(int bands, int frames, int channels)
    {
        (Bands, Frames, Channels) = (bands, frames, channels);
        _memory.Reserve((bands + 2) * (long)BandStep);
        new Span<float>(_memory.Start, (int)BandStep).Clear();
        new Span<float>(At(bands, -1), (int)BandStep).Clear();
        for (var band = 0; band < bands; band++)
        {
            new Span<float>(At(band, -1), channels).Clear();
            new Span<float>(At(band, frames), channels).Clear();
        }
    }

    /// <summary>The channels at a place; -1 and the count are the margins.</summary>
    public float* At(int band, int frame) =>
        _memory.Start + ((band + 1) * BandStep) + ((nint)(frame + 1) * Channels);
}
