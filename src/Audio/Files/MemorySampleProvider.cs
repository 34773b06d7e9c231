using NAudio.Wave;

namespace Speaker.Audio.Files;

/// <summary>Samples in memory as a source.</summary>
internal sealed class MemorySampleProvider(ReadOnlyMemory<float> samples, int sampleRate, int channels)
    : ISampleProvider
{
    private ReadOnlyMemory<float> _rest = samples;

    public WaveFormat WaveFormat { get; } = WaveFormat.CreateIeeeFloatWaveFormat(sampleRate, channels);

    public int Read(Span<float> buffer)
    {
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }
}
