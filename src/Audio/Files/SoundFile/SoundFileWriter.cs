using NAudio.Wave;

namespace Speaker.Audio.Files.SoundFile;

/// <summary>
/// Writes samples to a stream in any container and encoding that libsndfile writes. The file is complete when the
/// writer has been disposed of. Not thread safe.
/// </summary>
internal sealed class SoundFileWriter : IDisposable
{
    private readonly VirtualFile _file;
    private readonly SafeSoundFileHandle _handle;

    /// <param name="stream">Written and sought in; it stays the caller's to dispose of.</param>
    /// <param name="sampleRate">Samples a second of each channel.</param>
    /// <param name="channels">Channels, interleaved in what is written.</param>
    /// <param name="format">Container and encoding as libsndfile numbers them (SF_FORMAT_*).</param>
    /// <param name="quality">
    /// Quality of an encoder of variable rate, 0 (lowest) to 1; null is the encoder's own choice.
    /// </param>
    /// <exception cref="ArgumentException">libsndfile does not write this format.</exception>
    /// <exception cref="SoundFileException">It cannot begin to write; the message is its own.</exception>
    /// <exception cref="DllNotFoundException">libsndfile is not installed.</exception>
    public SoundFileWriter(Stream stream, int sampleRate, int channels, int format, double? quality = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var info = new SoundFileLibrary.SoundFileInfo
        {
            SampleRate = sampleRate,
            Channels = channels,
            Format = format,
        };
        if (SoundFileLibrary.CheckFormat(ref info) == 0)
        {
            throw new ArgumentException(
                $"libsndfile does not write format 0x{format:X} of {channels} channels at {sampleRate} Hz",
                nameof(format));
        }

        _file = new VirtualFile(stream);
        var calls = VirtualFile.Calls;
        _handle = SoundFileLibrary.OpenVirtual(ref calls, SoundFileLibrary.ModeWrite, ref info, _file.UserData);
        if (_handle.IsInvalid)
        {
            var error = SoundFileLibrary.LastOpenError(0);
            Dispose();
            throw new SoundFileException(_file.Failure?.Message ?? SoundFileLibrary.Describe(error), error);
        }

        if (quality is { } value)
        {
            SoundFileLibrary.Command(_handle, SoundFileLibrary.SetVbrEncodingQuality, ref value, sizeof(double));
        }
    }

    /// <summary>Samples in [-1, 1], channels interleaved.</summary>
    /// <exception cref="SoundFileException">Not all could be encoded or written.</exception>
    public void Write(ReadOnlySpan<float> samples)
    {
        if (SoundFileLibrary.WriteSamples(_handle, samples, samples.Length) != samples.Length)
        {
            var error = SoundFileLibrary.Error(_handle);
            throw new SoundFileException(_file.Failure?.Message ?? SoundFileLibrary.Describe(error), error);
        }
    }

    public void Dispose()
    {
        _handle.Dispose();
        _file.Dispose();
    }
}
