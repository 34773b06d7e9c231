using NAudio.Wave;

namespace Speaker.Evaluation;

/// <summary>Keeps the beginning of what is read through it, so that a file is decoded once for all its uses.</summary>
internal sealed class RecordingTap(ISampleProvider source, int most) : ISampleProvider
{
    private readonly List<float> _kept = [];

    public WaveFormat WaveFormat => source.WaveFormat;

    /// <summary>At most so many samples of the beginning.</summary>
    public float[] Kept => [.. _kept];

    public int Read(Span<float> buffer)
    {
        var read = source.Read(buffer);
        _kept.AddRange(buffer[..Math.Min(read, most - _kept.Count)]);
        return read;
    }
}
