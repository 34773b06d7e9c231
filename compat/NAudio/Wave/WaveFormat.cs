namespace NAudio.Wave;

/// <summary>Sample rate, channels and sample type of a stream.</summary>
public class WaveFormat
{
    private WaveFormat(WaveFormatEncoding encoding, int sampleRate, int bitsPerSample, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        Encoding = encoding;
        SampleRate = sampleRate;
        BitsPerSample = bitsPerSample;
        Channels = channels;
    }

    /// <summary>Linear PCM.</summary>
    public WaveFormat(int rate, int bits, int channels)
        : this(WaveFormatEncoding.Pcm, rate, bits, channels)
    {
    }

    public WaveFormatEncoding Encoding { get; }

    public int SampleRate { get; }

    public int Channels { get; }

    public int BitsPerSample { get; }

    /// <summary>Bytes of one sample of every channel.</summary>
    public int BlockAlign => Channels * BitsPerSample / 8;

    public static WaveFormat CreateIeeeFloatWaveFormat(int sampleRate, int channels) =>
        new(WaveFormatEncoding.IeeeFloat, sampleRate, 32, channels);
}
