using NAudio.Wave;
using Speaker.Audio.Files;
using Speaker.Audio.Files.Containers;
using Speaker.Audio.Files.Ffmpeg;
using Speaker.Audio.Files.Flac;
using Speaker.Audio.Files.Isolation;
using Speaker.Audio.Files.Opening;
using Speaker.Audio.Files.Pcm;
using Speaker.Audio.Files.SoundFile;

namespace Speaker.Audio;

/// <summary>Sound files of any kind, rate and channel count, as 16 kHz mono.</summary>
/// <remarks>
/// What a file holds is found out here, chunk by chunk and page by page, before a decoder sees a byte of it, and a decoder
/// sees no more than the sound. What decodes what: <see cref="AudioFileOptions"/>.
/// </remarks>
public static class AudioFile
{
    /// <summary>The rate of everything in this library, in samples a second.</summary>
    public const int SampleRate = 16000;

    /// <summary>Most sound that <see cref="ReadSamples"/> takes into memory, in seconds.</summary>
    public const int MaximumSeconds = 4 * 3600;

    /// <summary>Lowest rate of a file, in samples a second.</summary>
    public const int LowestRate = 4000;

    /// <summary>Highest rate of a file, in samples a second.</summary>
    public const int HighestRate = 768000;

    /// <summary>Most channels that a file may have.</summary>
    public const int MostChannels = 64;

    private const string Kinds = "Use WAV, FLAC, Ogg, Opus, MP3 or AIFF.";

    /// <summary>
    /// Opens a file to be decoded as it is read: memory does not depend on its length, nor on what its header says of
    /// it. The caller disposes what is returned.
    /// </summary>
    /// <param name="path">Of a regular file: WAV, FLAC, Ogg, Opus, MP3 or AIFF, and what ffmpeg reads where that is
    /// installed.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends a decoder that runs in a process of its own, until the file is disposed.
    /// </param>
    /// <exception cref="AudioException">
    /// No file, not sound, or a header with a rate or channel count out of bounds.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token says so.</exception>
    public static AudioFileSource Open(
        string path, AudioFileOptions? options = null, CancellationToken cancellationToken = default) =>
        Open(path, RegularFile.Open(path), options, cancellationToken);

    /// <summary>
    /// As the other, of a file in a folder whose contents strangers write, such as an inbox: no part of the path below the
    /// folder may be a symbolic link, so that what is read lies in the folder.
    /// </summary>
    /// <param name="root">The folder; may itself be a link.</param>
    /// <param name="path">Relative to it, without "..".</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends a decoder that runs in a process of its own, until the file is disposed.
    /// </param>
    /// <exception cref="AudioException">As the other, or a part of the path is a symbolic link.</exception>
    public static AudioFileSource OpenBelow(
        string root, string path, AudioFileOptions? options = null, CancellationToken cancellationToken = default) =>
        Open(Path.Combine(root, path), RegularFile.OpenBelow(root, path), options, cancellationToken);

    /// <summary>All samples of a file, 16 kHz mono, full scale 1.</summary>
    /// <param name="path">As for <see cref="Open(string, AudioFileOptions, CancellationToken)"/>.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>[N].</returns>
    /// <exception cref="AudioException">
    /// What <see cref="Open(string, AudioFileOptions, CancellationToken)"/> throws for, a sample that is not a number, or
    /// more than <see cref="MaximumSeconds"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token says so.</exception>
    public static float[] ReadSamples(string path, CancellationToken cancellationToken = default) =>
        TryReadSamples(path, MaximumSeconds, cancellationToken, out var samples)
            ? samples
            : throw new AudioException(
                $"{path}: more than {MaximumSeconds} s of sound, the most that is read at once. Cut it into parts.");

    /// <summary>All samples of a file, or false where it holds more than so many seconds.</summary>
    internal static bool TryReadSamples(
        string path, double maximumSeconds, CancellationToken cancellationToken, out float[] samples)
    {
        using var stream = Open(path, null, cancellationToken);
        var most = (int)(maximumSeconds * SampleRate);
        samples = new float[Math.Min(most, 10 * SampleRate)];
        var length = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (length == samples.Length)
            {
                Array.Resize(ref samples, (int)Math.Min(most + 1L, 2L * length));
            }

            var read = stream.Read(samples.AsSpan(length, Math.Min(SampleRate, samples.Length - length)));
            if (read == 0)
            {
                Array.Resize(ref samples, length);
                return true;
            }

            length += read;
            if (length > most)
            {
                return false;
            }
        }
    }

    /// <exception cref="AudioException">A rate or a channel count out of bounds.</exception>
    internal static void RequireBounds(string path, WaveFormat format) =>
        RequireBounds(path, format.SampleRate, format.Channels);

    private static AudioFileSource Open(
        string path, FileStream file, AudioFileOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            return new Opening(path, file, options ?? AudioFileOptions.Default, cancellationToken).Source();
        }
        catch (Exception exception)
        {
            file.Dispose();
            throw exception switch
            {
                SoundFileException { ErrorCode: SoundFileException.NotInstalled } => new AudioException(
                    $"{path}: cannot be read, for libsndfile is not installed. Without it WAV, AIFF and FLAC are read; for "
                    + $"all other kinds {SoundFileLibrary.HowToInstall}.",
                    exception),
                SoundFileException or InvalidDataException or EndOfStreamException => new AudioException(
                    $"{path}: not a sound file that can be read ({exception.Message}). {Kinds}", exception),
                IOException or UnauthorizedAccessException => new AudioException(
                    $"{path}: cannot be read ({exception.Message}).", exception),
                _ => exception,
            };
        }
    }

    private static void RequireBounds(string path, int rate, int channels)
    {
        if (rate is < LowestRate or > HighestRate)
        {
            throw new AudioException(
                $"{path}: the header gives {rate} samples a second; it must be from {LowestRate} to {HighestRate}. Export "
                + "the recording again.");
        }

        if (channels is < 1 or > MostChannels)
        {
            throw new AudioException(
                $"{path}: the header gives {channels} channels; there must be from 1 to {MostChannels}. Export the "
                + "recording again.");
        }
    }

    /// <summary>From the bytes of a file to what decodes them.</summary>
    private sealed class Opening(
        string path, FileStream file, AudioFileOptions options, CancellationToken cancellationToken)
    {
        public AudioFileSource Source()
        {
            if (SoundContainer.Find(file) is not { } found)
            {
                // Nothing of its contents: who names a file to a service or an agent need not be one who may read it.
                throw new AudioException($"{path}: not a sound file that can be read. {Kinds}");
            }

            return found.Kind switch
            {
                ContainerKind.Wave => Chunked(WaveFile.Read(file, found.Start), "wav"),
                ContainerKind.Aiff => Chunked(AiffFile.Read(file, found.Start), "aiff"),
                ContainerKind.Flac => Single(() => new FlacReader(Rest(found.Start)), []),
                ContainerKind.Ogg => Ogg(found.Start),
                ContainerKind.Mpeg => Mpeg(new ByteRange(found.Start, file.Length - found.Start)),
                _ => Foreign(found.Foreign!),
            };
        }

        private AudioFileSource Chunked(ChunkedSound sound, string demuxer)
        {
            RequireBounds(path, sound.Rate, sound.Channels);
            if (sound.Encoding is not null)
            {
                return Single(() => new PcmFileReader(sound, file), sound.Notes);
            }

            if (sound.IsMpeg && sound.Data.Count == 1 && MpegFile.FindStart(file, sound.Data[0].Start) is { } start
                && start < sound.Data[0].End)
            {
                return Mpeg(new ByteRange(start, sound.Data[0].End - start));
            }

            if (sound.Head is not { } head)
            {
                return Foreign(new ForeignFormat(sound.Codec, demuxer));
            }

            return Single(
                () =>
                {
                    var decoded = Compressed(new PartialStream(head, file, sound.Data));
                    return sound.Frames is { } frames ? new LimitedFile(decoded, frames) : decoded;
                },
                sound.Notes);
        }

        private AudioFileSource Ogg(long start)
        {
            var (streams, notes) = OggFile.Read(file, start);
            if (streams.Any(stream => stream.Codec == OggCodec.Speex))
            {
                return Foreign(new ForeignFormat("Speex in Ogg", "ogg"));
            }

            return Parts(number => number < streams.Count ? Of(streams[number]) : null, notes);

            IDecodedFile Of(OggStream stream)
            {
                var pages = new PartialStream([], file, stream.Pages);
                return stream.Codec == OggCodec.Flac ? OggFlac(pages) : Compressed(pages);
            }
        }

        private static FlacReader OggFlac(Stream pages)
        {
            // The first packet begins with nine bytes of its own.
            var payload = new OggPayloadStream(pages);
            payload.ReadExactly(stackalloc byte[9]);
            return new FlacReader(payload);
        }

        private AudioFileSource Mpeg(ByteRange range) => Single(
            () => Compressed(new PartialStream([], file, [range])), MpegFile.Notes(file, range));

        private AudioFileSource Foreign(ForeignFormat format)
        {
            if (FfmpegReader.Find(options) is { } ffmpeg)
            {
                return Single(() => new FfmpegReader(ffmpeg, path, file, format, options, cancellationToken), []);
            }

            var wav = Path.ChangeExtension(Path.GetFileName(path), ".wav");
            throw new AudioException(
                $"{path}: is {format.Name}, which is not read without ffmpeg. Convert it: ffmpeg -i '{path}' '{wav}'"
                + (options.Ffmpeg == AudioFileOptions.Off
                    ? ", or allow ffmpeg (Speaker:Audio:Ffmpeg is off)."
                    : ". Where ffmpeg is installed (Speaker:Audio:Ffmpeg), such files are read through it."));
        }

        private IDecodedFile Compressed(Stream sound)
        {
            var program = options.DecoderProgram
                ?? (options.Decoder is { } named ? new DecoderProgram(named, [DecoderProgram.Verb]) : DecoderProgram.Own);
            if (program is not null)
            {
                return new DecoderProcess(program, sound, options, cancellationToken);
            }

            return options.HasSoundFileLibrary ?? SoundFileLibrary.IsInstalled
                ? new WatchedReader(sound, options, cancellationToken)
                : throw new SoundFileException("libsndfile is not installed", SoundFileException.NotInstalled);
        }

        private PartialStream Rest(long start) => new([], file, [new ByteRange(start, file.Length - start)]);

        private AudioFileSource Single(Func<IDecodedFile> open, IReadOnlyList<RecordingNote> notes) =>
            Parts(number => number == 0 ? open() : null, notes);

        private AudioFileSource Parts(Func<int, IDecodedFile?> open, IReadOnlyList<RecordingNote> notes) =>
            new(path, file, open, notes);
    }
}
