using NAudio.Wave;
using Speaker.Audio.Files;

namespace Speaker.Audio.Resampling;

/// <summary>Resamples to 16 kHz what comes block by block: after each block, every sample that does not depend on what
/// follows. Not thread safe.</summary>
internal sealed class PushedSamples : ISampleProvider
{
    private readonly Resampler _resampler;
    private float[] _waiting = [];
    private int _start;
    private long _pushed;
    private long _given;

    /// <param name="sampleRate">Of the blocks, mono.</param>
    public PushedSamples(int sampleRate)
    {
        WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(sampleRate, 1);
        _resampler = new Resampler(this, AudioFile.SampleRate);
    }

    public WaveFormat WaveFormat { get; }

    /// <returns>16 kHz mono.</returns>
    public float[] Push(ReadOnlySpan<float> block)
    {
        _waiting = [.. _waiting.AsSpan(_start), .. block];
        _start = 0;
        _pushed += block.Length;
        var resampled = new float[_resampler.Outputs(_pushed) - _given];
        _given += _resampler.Read(resampled);
        return resampled;
    }

    /// <summary>For the resampler, which is never let to ask for more than there is: 0 would be the end.</summary>
    public int Read(Span<float> buffer)
    {
        var count = Math.Min(buffer.Length, _waiting.Length - _start);
        _waiting.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }
}
