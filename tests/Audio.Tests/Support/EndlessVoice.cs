using NAudio.Wave;

namespace Speaker.Audio.Tests.Support;

/// <summary>A voice for as long as one likes, made as it is read: one that holds no samples itself.</summary>
internal sealed class EndlessVoice(double seconds) : ISampleProvider
{
    private static readonly float[] Phrase =
        Signals.Join(Signals.Voice(7), Signals.Noise(1, 0.002), Signals.Voice(3, 0.2, 180), Signals.Noise(2, 0.002));

    private long _position;

    public WaveFormat WaveFormat { get; } = WaveFormat.CreateIeeeFloatWaveFormat(Signals.Rate, 1);

    /// <summary>What was read.</summary>
    public double Seconds => (double)_position / Signals.Rate;

    public int Read(Span<float> buffer)
    {
        var read = (int)Math.Min(buffer.Length, (seconds * Signals.Rate) - _position);
        for (var i = 0; i < read; i++)
        {
            buffer[i] = Phrase[(_position + i) % Phrase.Length];
        }

        _position += read;
        return read;
    }
}
