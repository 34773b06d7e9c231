using NAudio.Wave;
using NAudio.Wave.SampleProviders;
using Speaker.Audio.Files.SoundFile;

namespace Speaker.Audio.Files;

/// <summary>
/// A WAV or AIFF file of PCM or float samples, read by NAudio.Core: what is read where libsndfile is not installed.
/// The samples are those that libsndfile gives. Not thread safe.
/// </summary>
internal sealed class UncompressedFileReader : IDecodedFile
{
    private readonly FileStream _file;
    private readonly WaveStream _stream;
    private readonly ISampleProvider _samples;

    /// <exception cref="SoundFileException">
    /// Neither WAV nor AIFF, compressed, or damaged; the message says which and ends without a full stop.
    /// </exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public UncompressedFileReader(string path)
    {
        // Buffers nothing: a header is a few bytes, and samples come through a buffer of NAudio's.
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        try
        {
            var container = ChunkInspection.Require(_file);
            _file.Position = 0;
            _stream = container == ChunkContainer.Wave ? new WaveFileReader(_file) : new AiffFileReader(_file);
            if (_stream.WaveFormat.Encoding is not (WaveFormatEncoding.Pcm or WaveFormatEncoding.IeeeFloat
                or WaveFormatEncoding.Extensible))
            {
                throw new InvalidDataException($"its samples are {_stream.WaveFormat.Encoding}, not PCM or float");
            }

            _samples = _stream.ToSampleProvider();
            RequireWholeSamples();
        }
        catch (Exception exception)
        {
            Dispose();

            // What NAudio throws for what it does not read.
            if (exception is FormatException or ArgumentException or InvalidOperationException
                or InvalidDataException or EndOfStreamException)
            {
                throw new SoundFileException(exception.Message.TrimEnd('.'));
            }

            throw;
        }
    }

    public WaveFormat WaveFormat => _samples.WaveFormat;

    public long ClaimedFrames => _stream.Length / _stream.BlockAlign;

    /// <summary>Reads whole frames, as many as there are and fit; 0 at the end.</summary>
    /// <returns>Samples read, a multiple of the channel count.</returns>
    /// <exception cref="IOException">The file cannot be read from here on.</exception>
    public int Read(Span<float> buffer)
    {
        var channels = WaveFormat.Channels;
        var read = _samples.Read(buffer[..(buffer.Length - (buffer.Length % channels))]);
        return read - (read % channels);
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _file.Dispose();
    }

    /// <summary>NAudio takes the header's word for the length of a frame, and any float for one of 32 bits.</summary>
    private void RequireWholeSamples()
    {
        var format = _stream.WaveFormat;
        if (format.BlockAlign != format.Channels * format.BitsPerSample / 8
            || (_samples is WaveToSampleProvider && format.BitsPerSample != 32))
        {
            throw new InvalidDataException(
                $"the header gives {format.BlockAlign} bytes for {format.Channels} samples of {format.BitsPerSample} "
                + "bits");
        }
    }
}
