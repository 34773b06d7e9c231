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

    private SoundFileWriter(Stream outStream, WaveFormat sourceFormat, int rawFormat, SoundFileWriterOptions? options)
    {
        var info = new SoundFileLibrary.SoundFileInfo
        {
            SampleRate = sourceFormat.SampleRate,
            Channels = sourceFormat.Channels,
            Format = rawFormat,
        };
        if (SoundFileLibrary.CheckFormat(ref info) == 0)
        {
            throw new ArgumentException(
                $"libsndfile does not write format 0x{rawFormat:X} of {info.Channels} channels at {info.SampleRate} Hz",
                nameof(rawFormat));
        }

        _file = new VirtualFile(outStream);
        var calls = VirtualFile.Calls;
        _handle = SoundFileLibrary.OpenVirtual(ref calls, SoundFileLibrary.ModeWrite, ref info, _file.UserData);
        if (_handle.IsInvalid)
        {
            var error = SoundFileLibrary.LastOpenError(0);
            Dispose();
            throw new SoundFileException(SoundFileLibrary.Describe(error), error);
        }

        if (options?.VbrQuality is { } quality)
        {
            SoundFileLibrary.Command(
                _handle, SoundFileLibrary.SetVbrEncodingQuality, ref quality, sizeof(double));
        }
    }

    /// <param name="outStream">Written and sought in.</param>
    /// <param name="sourceFormat">Rate and channels of the samples.</param>
    /// <param name="rawFormat">Container and encoding as libsndfile numbers them (SF_FORMAT_*).</param>
    /// <param name="options">How to encode; null for the encoder's own choices.</param>
    /// <exception cref="ArgumentException">libsndfile does not write this format.</exception>
    /// <exception cref="SoundFileException">It cannot begin to write; the message is its own.</exception>
    public static SoundFileWriter FromRawFormat(
        Stream outStream, WaveFormat sourceFormat, int rawFormat, SoundFileWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(outStream);
        ArgumentNullException.ThrowIfNull(sourceFormat);
        return new SoundFileWriter(outStream, sourceFormat, rawFormat, options);
    }

    /// <summary>Samples in [-1, 1], channels interleaved.</summary>
    /// <exception cref="SoundFileException">Not all could be encoded or written.</exception>
    public void WriteSamples(ReadOnlySpan<float> samples)
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
