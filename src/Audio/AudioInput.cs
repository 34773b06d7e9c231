using NAudio.Wave;
using Speaker.Audio.Files;
using Speaker.Audio.Files.Opening;

namespace Speaker.Audio;

/// <summary>
/// Sound to be listened to, wherever it comes from: a file, a stream, samples in memory or an NAudio sample provider. Of
/// any rate from 4,000 to 768,000 Hz and up to 64 channels; it is mixed to one and resampled to 16 kHz as it is read.
/// </summary>
/// <remarks>
/// A path and a stream convert by themselves: <c>EmbedAsync("who.wav")</c>. A file and samples may be used any number of
/// times, a stream and a provider once: they are read to their end, and neither is disposed.
/// </remarks>
public sealed record AudioInput
{
    private readonly string? _root;
    private readonly string? _path;
    private readonly bool _isStandardInput;
    private readonly Stream? _stream;
    private readonly Func<ISampleProvider>? _provider;
    private readonly double _claimedSeconds;

    private AudioInput(
        string name, string? path = null, string? root = null, bool isStandardInput = false, Stream? stream = null,
        Func<ISampleProvider>? provider = null, double claimedSeconds = 0)
    {
        Name = name;
        _root = root;
        _isStandardInput = isStandardInput;
        _path = path;
        _stream = stream;
        _provider = provider;
        _claimedSeconds = claimedSeconds;
    }

    /// <summary>How the recording is called in results, in messages and in the store: a file's name without its folder,
    /// "stream", "samples" or "provider" where nobody says otherwise.</summary>
    public string Name { get; init; }

    /// <summary>Told after every segment of a recording of more than 90 s how far the listening has come; null tells
    /// nobody. Called on the thread that listens.</summary>
    public IProgress<ListeningProgress>? Progress { get; init; }

    /// <summary>Longest it may be, in seconds, where that is less than <see cref="UtteranceOptions.MaximumSeconds"/>
    /// says; what is longer is not read on.</summary>
    internal double MaximumSeconds { get; init; } = double.PositiveInfinity;

    /// <summary>A sound file: WAV, FLAC, Ogg, Opus, MP3 or AIFF.</summary>
    /// <param name="path">Looked for when it is listened to, not before.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static AudioInput FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new AudioInput(Path.GetFileName(path), path: path);
    }

    /// <summary>A sound file that is piped or redirected into this process.</summary>
    /// <remarks>Read into a private temporary file, which is deleted before the call that listens ends.</remarks>
    public static AudioInput FromStandardInput() => new("standard input", isStandardInput: true);

    /// <summary>As <see cref="FromFile"/>, of a file in a folder whose contents strangers write: see
    /// <see cref="AudioFile.OpenBelow"/>.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="path">Relative to it.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static AudioInput FromFileBelow(string root, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new AudioInput(Path.GetFileName(path), path: path, root: root);
    }

    /// <summary>The contents of a sound file, as an upload brings them; from the stream's position to its end.</summary>
    /// <param name="stream">Need not be seekable. Read asynchronously into a private temporary file, which is deleted
    /// before the call that listens ends.</param>
    public static AudioInput FromStream(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new AudioInput("stream", stream: stream);
    }

    /// <summary>Samples in memory.</summary>
    /// <param name="samples">Full scale 1, channels interleaved; not copied, so leave them as they are.</param>
    /// <param name="sampleRate">Samples a second of each channel, 4,000 to 768,000.</param>
    /// <param name="channels">1 to 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate or a channel count out of its range.</exception>
    public static AudioInput FromSamples(ReadOnlyMemory<float> samples, int sampleRate, int channels = 1)
    {
        CheckFormat(sampleRate, channels);
        return new AudioInput(
            "samples",
            provider: () => new MemorySampleProvider(samples, sampleRate, channels),
            claimedSeconds: (double)samples.Length / channels / sampleRate);
    }

    /// <summary>Whatever NAudio reads or captures.</summary>
    /// <param name="provider">Read until it gives no more samples.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate or a channel count out of its range.</exception>
    public static AudioInput FromProvider(ISampleProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        CheckFormat(provider.WaveFormat.SampleRate, provider.WaveFormat.Channels);
        return new AudioInput("provider", provider: () => provider);
    }

    /// <summary>As <see cref="FromFile"/>.</summary>
    public static implicit operator AudioInput(string path) => FromFile(path);

    /// <summary>As <see cref="FromStream"/>.</summary>
    public static implicit operator AudioInput(Stream stream) => FromStream(stream);

    /// <summary>Brings what has to be waited for onto the disk; null where nothing has.</summary>
    /// <exception cref="AudioException">The stream cannot be read, or there is no room for it.</exception>
    /// <exception cref="OperationCanceledException">The token says so.</exception>
    internal async Task<TemporaryCopy?> FetchAsync(CancellationToken cancellationToken)
    {
        if (_stream is not null)
        {
            return await TemporaryCopy.OfAsync(_stream, Name, cancellationToken).ConfigureAwait(false);
        }

        if (_isStandardInput && !Console.IsInputRedirected)
        {
            throw new AudioException($"{Name}: is a terminal; redirect a sound file or a pipe to it.");
        }

        var pipe = _isStandardInput ? InheritedPipe.OpenStandardInput()
            : _path is not null && _root is null ? InheritedPipe.Open(_path)
            : null;
        if (pipe is null)
        {
            return null;
        }

        await using (pipe.ConfigureAwait(false))
        {
            return await TemporaryCopy.OfAsync(pipe, Name, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Opens the sound as 16 kHz mono. The caller disposes what is returned.</summary>
    /// <param name="copy">What <see cref="FetchAsync"/> gave.</param>
    /// <param name="options">How files are opened.</param>
    /// <param name="cancellationToken">Ends a decoder that runs in a process of its own.</param>
    /// <exception cref="AudioException">It is not there, not sound, or damaged.</exception>
    /// <exception cref="OperationCanceledException">The token says so.</exception>
    internal OpenAudio Open(TemporaryCopy? copy, AudioFileOptions options, CancellationToken cancellationToken)
    {
        if (_provider is not null)
        {
            var mono = AudioFileSource.Mono(_provider());
            return new OpenAudio(
                AudioFileSource.Resampled(mono), _claimedSeconds,
                () => mono is MonoMixer { Note: { } note } ? [note] : [],
                null);
        }

        var file = copy is not null ? AudioFile.Open(copy.FilePath, options, cancellationToken)
            : _root is not null ? AudioFile.OpenBelow(_root, _path!, options, cancellationToken)
            : AudioFile.Open(_path!, options, cancellationToken);
        return new OpenAudio(file, file.ClaimedSeconds, () => file.Notes, file);
    }

    private static void CheckFormat(int sampleRate, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, AudioFile.LowestRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sampleRate, AudioFile.HighestRate);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, AudioFile.MostChannels);
    }
}
