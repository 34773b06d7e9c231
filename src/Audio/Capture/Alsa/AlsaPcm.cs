using NAudio.Wave;

namespace Speaker.Audio.Capture.Alsa;

/// <summary>An open PCM of libasound.</summary>
internal sealed class AlsaPcm : ICapturePcm
{
    private const uint LatencyMicroseconds = 200_000;

    private readonly SafePcmHandle _pcm;

    private AlsaPcm(SafePcmHandle pcm) => _pcm = pcm;

    /// <exception cref="AlsaException">The device does not open, or not in this format.</exception>
    /// <exception cref="NotSupportedException">ALSA has no name for the format.</exception>
    /// <exception cref="DllNotFoundException">libasound is not installed.</exception>
    public static AlsaPcm Open(string device, WaveFormat format)
    {
        var name = (format.Encoding, format.BitsPerSample) switch
        {
            (WaveFormatEncoding.Pcm, 16) => AlsaLibrary.FormatS16LittleEndian,
            (WaveFormatEncoding.IeeeFloat, 32) => AlsaLibrary.FormatFloatLittleEndian,
            _ => throw new NotSupportedException(
                $"{format.BitsPerSample}-bit {format.Encoding} cannot be captured; use 16-bit PCM or 32-bit float."),
        };
        NullDevice.Define();
        var error = AlsaLibrary.Open(out var pcm, device, AlsaLibrary.StreamCapture, 0);
        if (error < 0)
        {
            pcm.Dispose();
            throw new AlsaException(error, "snd_pcm_open");
        }

        error = AlsaLibrary.SetParameters(
            pcm, name, AlsaLibrary.AccessInterleaved, (uint)format.Channels, (uint)format.SampleRate, 1,
            LatencyMicroseconds);
        if (error < 0)
        {
            pcm.Dispose();
            throw new AlsaException(error, "snd_pcm_set_params");
        }

        return new AlsaPcm(pcm);
    }

    public int Start() => AlsaLibrary.Start(_pcm);

    public int Wait(int timeoutMilliseconds) => AlsaLibrary.Wait(_pcm, timeoutMilliseconds);

    public int Read(Span<byte> buffer, int frames) => (int)AlsaLibrary.Read(_pcm, buffer, (nuint)frames);

    public int Delay(out nint frames) => AlsaLibrary.Delay(_pcm, out frames);

    public int Prepare() => AlsaLibrary.Prepare(_pcm);

    public int Resume() => AlsaLibrary.Resume(_pcm);

    public void Dispose() => _pcm.Dispose();
}
