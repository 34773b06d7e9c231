using NAudio.Wave;

namespace Speaker.Audio.Files.SoundFile;

/// <summary>
/// A sound file of any kind that libsndfile reads, as 32-bit float samples with channels interleaved, decoded as it
/// is read. Memory does not depend on the length that the header claims. Not thread safe.
/// </summary>
internal sealed class SoundFileReader : IDecodedFile
{
    private readonly VirtualFile? _file;
    private readonly SafeSoundFileHandle _handle;

    /// <exception cref="SoundFileException">libsndfile cannot read the file; the message is its own.</exception>
    /// <exception cref="DllNotFoundException">libsndfile is not installed.</exception>
    public SoundFileReader(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var info = default(SoundFileLibrary.SoundFileInfo);
        _handle = SoundFileLibrary.Open(path, SoundFileLibrary.ModeRead, ref info);
        (WaveFormat, ClaimedFrames) = Opened(info);
    }

    /// <param name="stream">Read and sought in; it stays the caller's to dispose of.</param>
    /// <exception cref="SoundFileException">libsndfile cannot read it; the message is its own.</exception>
    /// <exception cref="DllNotFoundException">libsndfile is not installed.</exception>
    public SoundFileReader(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _file = new VirtualFile(stream);
        var calls = VirtualFile.Calls;
        var info = default(SoundFileLibrary.SoundFileInfo);
        try
        {
            _handle = SoundFileLibrary.OpenVirtual(ref calls, SoundFileLibrary.ModeRead, ref info, _file.UserData);
        }
        catch
        {
            _file.Dispose();
            throw;
        }

        (WaveFormat, ClaimedFrames) = Opened(info);
    }

    public WaveFormat WaveFormat { get; }

    public long ClaimedFrames { get; }

    /// <summary>Reads whole frames, as many as there are and fit; 0 at the end.</summary>
    /// <returns>Samples read, a multiple of the channel count.</returns>
    /// <exception cref="SoundFileException">The file is damaged from here on.</exception>
    public int Read(Span<float> buffer)
    {
        var frames = SoundFileLibrary.ReadFrames(_handle, buffer, buffer.Length / WaveFormat.Channels);
        var error = frames <= 0 ? SoundFileLibrary.Error(_handle) : 0;
        return error == 0
            ? (int)frames * WaveFormat.Channels
            : throw new SoundFileException(_file?.Failure?.Message ?? SoundFileLibrary.Describe(error), error);
    }

    public void Dispose()
    {
        _handle.Dispose();
        _file?.Dispose();
    }

    private (WaveFormat Format, long ClaimedFrames) Opened(SoundFileLibrary.SoundFileInfo info)
    {
        if (_handle.IsInvalid)
        {
            var error = SoundFileLibrary.LastOpenError(0);
            Dispose();
            throw new SoundFileException(_file?.Failure?.Message ?? SoundFileLibrary.Describe(error), error);
        }

        if (info.SampleRate < 1 || info.Channels < 1)
        {
            Dispose();
            throw new SoundFileException(
                $"The header gives {info.SampleRate} Hz and {info.Channels} channels; both must be positive");
        }

        // SF_COUNT_MAX, the largest value, stands for a length that is not known.
        var claimed = info.Frames is > 0 and < long.MaxValue ? info.Frames : 0;
        return (WaveFormat.CreateIeeeFloatWaveFormat(info.SampleRate, info.Channels), claimed);
    }
}
