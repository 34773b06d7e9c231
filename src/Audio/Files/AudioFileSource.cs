using NAudio.Wave;
using NAudio.Wave.SampleProviders;
using Speaker.Audio.Files;
using Speaker.Audio.Resampling;

namespace Speaker.Audio;

/// <summary>An open sound file as 16 kHz mono, decoded, mixed and resampled as it is read. Not thread safe.</summary>
public sealed class AudioFileSource : ISampleProvider, IDisposable
{
    private readonly string _path;
    private readonly IDecodedFile _file;
    private readonly ISampleProvider _chain;
    private long _position;

    /// <param name="path">For messages.</param>
    /// <param name="file">Of any rate and channel count; disposed with this.</param>
    internal AudioFileSource(string path, IDecodedFile file)
    {
        _path = path;
        _file = file;
        _chain = Resampled(Mono(file));
    }

    /// <summary>16 kHz, one channel, 32-bit float.</summary>
    public WaveFormat WaveFormat => _chain.WaveFormat;

    /// <summary>
    /// Length by the file's header, in seconds; 0 where it does not say. A header may lie: for showing how far one is,
    /// never for deciding.
    /// </summary>
    public double ClaimedSeconds => (double)_file.ClaimedFrames / _file.WaveFormat.SampleRate;

    /// <summary>Fills the buffer as far as there is sound; 0 at the end.</summary>
    /// <param name="buffer">Full scale 1.</param>
    /// <returns>Samples read.</returns>
    /// <exception cref="AudioException">The file is damaged here, or a sample is not a finite number.</exception>
    public int Read(Span<float> buffer)
    {
        int read;
        try
        {
            read = _chain.Read(buffer);
        }
        catch (IOException exception)
        {
            throw new AudioException(
                $"{_path}: cannot be decoded after {(double)_position / AudioFile.SampleRate:F2} s "
                + $"({exception.Message}); the file is damaged.",
                exception);
        }

        SampleChecks.RequireFinite(buffer[..read], _path, _position);
        _position += read;
        return read;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    internal static ISampleProvider Mono(ISampleProvider source)
    {
        var channels = source.WaveFormat.Channels;
        if (channels == 1)
        {
            return source;
        }

        var average = new float[channels, 1];
        for (var i = 0; i < channels; i++)
        {
            average[i, 0] = 1f / channels;
        }

        return new ChannelMixerSampleProvider(source, average);
    }

    internal static ISampleProvider Resampled(ISampleProvider mono) =>
        mono.WaveFormat.SampleRate == AudioFile.SampleRate
        ? mono
        : new Resampler(mono, AudioFile.SampleRate);
}
