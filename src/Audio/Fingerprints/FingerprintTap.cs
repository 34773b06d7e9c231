using NAudio.Wave;

namespace Speaker.Audio.Fingerprints;

/// <summary>Makes the fingerprint of what is read through it.</summary>
/// <param name="source">16 kHz mono.</param>
internal sealed class FingerprintTap(ISampleProvider source) : ISampleProvider
{
    private readonly FingerprintMaker _maker = new();

    public WaveFormat WaveFormat => source.WaveFormat;

    public int Read(Span<float> buffer)
    {
        var read = source.Read(buffer);
        _maker.Add(buffer[..read]);
        return read;
    }

    /// <summary>Of what was read so far.</summary>
    public AudioFingerprint ToFingerprint() => _maker.ToFingerprint();
}
