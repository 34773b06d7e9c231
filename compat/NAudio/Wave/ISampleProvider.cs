namespace NAudio.Wave;

/// <summary>A stream of 32-bit float samples, channels interleaved.</summary>
public interface ISampleProvider
{
    WaveFormat WaveFormat { get; }

    /// <summary>Fills the buffer as far as it can; 0 means the end.</summary>
    int Read(Span<float> buffer);
}
