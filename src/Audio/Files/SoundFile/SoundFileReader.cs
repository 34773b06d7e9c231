using NAudio.Wave;

namespace Speaker.Audio.Files.SoundFile;

/// <summary>
/// A sound file of any kind that libsndfile reads, as 32-bit float samples with channels interleaved, decoded as it
/// is read: what the header says of its length is never believed. Not thread safe.
/// </summary>
internal sealed class SoundFileReader : ISampleProvider, IDisposable
{
    private readonly VirtualFile? _file;
    private readonly SafeSoundFileHandle _handle;

    /// <exception cref="SoundFileException">libsndfile cannot read the file; the message is its own.</exception>
    public SoundFileReader(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var info = default(SoundFileLibrary.SoundFileInfo);
        _handle = SoundFileLibrary.Open(path, SoundFileLibrary.ModeRead, ref info);
        (WaveFormat, Length) = Opened(info);
    }

    /// <param name="inputStream">Read and sought in; it stays the caller's to dispose of.</param>
    /// <exception cref="SoundFileException">libsndfile cannot read it; the message is its own.</exception>
    public SoundFileReader(Stream inputStream)
    {
        ArgumentNullException.ThrowIfNull(inputStream);
        _file = new VirtualFile(inputStream);
        var calls = VirtualFile.Calls;
        var info = default(SoundFileLibrary.SoundFileInfo);
        _handle = SoundFileLibrary.OpenVirtual(ref calls, SoundFileLibrary.ModeRead, ref info, _file.UserData);
        (WaveFormat, Length) = Opened(info);
    }

    public WaveFormat WaveFormat { get; }

    /// <summary>
    /// Bytes of the file's samples as 32-bit float, by its header, which may be wrong; 0 where it does not say.
    /// </summary>
    public long Length { get; }

    /// <summary>Reads whole frames, as many as there are and fit; 0 at the end.</summary>
    /// <exception cref="SoundFileException">The file is damaged from here on.</exception>
    public int Read(Span<float> buffer)
    {
        var frames = SoundFileLibrary.ReadFrames(_handle, buffer, buffer.Length / WaveFormat.Channels);
        var error = frames <= 0 ? SoundFileLibrary.Error(_handle) : 0;
        return error == 0
            ? (int)frames * WaveFormat.Channels
            : throw new SoundFileException(SoundFileLibrary.Describe(error), error);
    }

    public void Dispose()
    {
        _handle.Dispose();
        _file?.Dispose();
    }

    private (WaveFormat Format, long Length) Opened(SoundFileLibrary.SoundFileInfo info)
    {
        if (_handle.IsInvalid)
        {
            var error = SoundFileLibrary.LastOpenError(0);
            Dispose();
            throw new SoundFileException(SoundFileLibrary.Describe(error), error);
        }

        if (info.SampleRate < 1 || info.Channels < 1)
        {
            Dispose();
            throw new SoundFileException(
                $"The header gives {info.SampleRate} Hz and {info.Channels} channels; both must be positive", 0);
        }

        var blockAlign = info.Channels * sizeof(float);
        var length = info.Frames > 0 && info.Frames <= long.MaxValue / blockAlign ? info.Frames * blockAlign : 0;
        return (WaveFormat.CreateIeeeFloatWaveFormat(info.SampleRate, info.Channels), length);
    }
}
