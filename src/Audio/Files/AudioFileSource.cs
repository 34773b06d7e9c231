using NAudio.Wave;
using Speaker.Audio.Files;
using Speaker.Audio.Resampling;

namespace Speaker.Audio;

/// <summary>
/// An open sound file as 16 kHz mono, decoded, mixed and resampled as it is read. A file may hold several recordings one
/// after the other, of different formats even; they are read as one. Not thread safe.
/// </summary>
public sealed class AudioFileSource : ISampleProvider, IDisposable
{
    private static readonly WaveFormat Mono16 = WaveFormat.CreateIeeeFloatWaveFormat(AudioFile.SampleRate, 1);

    private readonly string _path;
    private readonly Stream _file;
    private readonly Func<int, IDecodedFile?> _open;
    private readonly List<RecordingNote> _notes;
    private Part? _part;
    private int _opened;
    private long _position;

    /// <param name="path">For messages.</param>
    /// <param name="file">Disposed with this.</param>
    /// <param name="open">Opens the recording of this number, of any rate and channel count; null after the last one.
    /// </param>
    /// <param name="notes">What was found in the file already.</param>
    /// <exception cref="IOException">The first recording cannot be opened.</exception>
    internal AudioFileSource(
        string path, Stream file, Func<int, IDecodedFile?> open, IReadOnlyList<RecordingNote> notes)
    {
        _path = path;
        _file = file;
        _open = open;
        _notes = [.. notes];
        _part = Next();
        ClaimedSeconds = _part is null ? 0 : (double)_part.File.ClaimedFrames / _part.File.WaveFormat.SampleRate;
    }

    /// <summary>16 kHz, one channel, 32-bit float.</summary>
    public WaveFormat WaveFormat => Mono16;

    /// <summary>
    /// Length by the file's header, in seconds; 0 where it does not say. A header may lie, and of several recordings in
    /// one file this is the first: for showing how far one is, never for deciding.
    /// </summary>
    public double ClaimedSeconds { get; }

    /// <summary>What was found wrong with the file so far, complete at the end of the sound.</summary>
    public IReadOnlyList<RecordingNote> Notes => [.. _notes.Concat(_part?.Notes ?? []).DistinctBy(note => note.Issue)];

    /// <summary>Fills the buffer as far as there is sound; 0 at the end.</summary>
    /// <param name="buffer">Full scale 1.</param>
    /// <returns>Samples read.</returns>
    /// <exception cref="AudioException">The file is damaged here, or a sample is not a finite number.</exception>
    public int Read(Span<float> buffer)
    {
        var read = 0;
        try
        {
            while (_part is { } part && (read = part.Samples.Read(buffer)) == 0 && !buffer.IsEmpty)
            {
                _notes.AddRange(part.Notes);
                part.File.Dispose();
                _part = null;
                _part = Next();
            }
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
    public void Dispose()
    {
        _part?.File.Dispose();
        _file.Dispose();
    }

    internal static ISampleProvider Mono(ISampleProvider source) =>
        source.WaveFormat.Channels == 1 ? source : new MonoMixer(source);

    internal static ISampleProvider Resampled(ISampleProvider mono) =>
        mono.WaveFormat.SampleRate == AudioFile.SampleRate
        ? mono
        : new Resampler(mono, AudioFile.SampleRate);

    private Part? Next()
    {
        if (_open(_opened) is not { } file)
        {
            return null;
        }

        _opened++;
        try
        {
            AudioFile.RequireBounds(_path, file.WaveFormat);
            var mono = Mono(file);
            return new Part(file, mono as MonoMixer, Resampled(mono));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>One recording of the file, and what is made of it.</summary>
    private sealed record Part(IDecodedFile File, MonoMixer? Mixer, ISampleProvider Samples)
    {
        public IEnumerable<RecordingNote> Notes => Mixer?.Note is { } note ? [.. File.Notes, note] : File.Notes;
    }
}
