using NAudio.Wave;
using Speaker.Audio.Files;
using Speaker.Audio.Files.SoundFile;

namespace Speaker.Audio;

/// <summary>Sound files of any kind, rate and channel count, as 16 kHz mono.</summary>
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

    /// <summary>
    /// Opens a file to be decoded as it is read: memory does not depend on its length, nor on what its header says of
    /// it. The caller disposes what is returned.
    /// </summary>
    /// <param name="path">WAV, FLAC, Ogg, Opus, MP3 or AIFF; without libsndfile WAV and AIFF.</param>
    /// <exception cref="AudioException">
    /// No file, not sound, or a header with a rate or channel count out of bounds.
    /// </exception>
    public static AudioFileSource Open(string path) => Open(path, SoundFileLibrary.IsInstalled);

    /// <summary>Opens a file through libsndfile or, as where that is not installed, through NAudio.Core.</summary>
    internal static AudioFileSource Open(string path, bool bySoundFileLibrary)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileInspection.Require(path);
        var file = Decode(path, bySoundFileLibrary);
        try
        {
            RequireBounds(path, file.WaveFormat);
            return new AudioFileSource(path, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>All samples of a file, 16 kHz mono, full scale 1.</summary>
    /// <param name="path">As for <see cref="Open(string)"/>.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>[N].</returns>
    /// <exception cref="AudioException">
    /// What <see cref="Open(string)"/> throws for, a sample that is not a number, or more than
    /// <see cref="MaximumSeconds"/>.
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
        using var stream = Open(path);
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

    private static IDecodedFile Decode(string path, bool bySoundFileLibrary)
    {
        try
        {
            return bySoundFileLibrary ? new SoundFileReader(path) : new UncompressedFileReader(path);
        }
        catch (SoundFileException exception)
        {
            throw new AudioException(
                bySoundFileLibrary
                    ? $"{path}: not a sound file that can be read ({exception.Message}). Use WAV, FLAC, Ogg, Opus, MP3 "
                        + "or AIFF."
                    : $"{path}: cannot be read ({exception.Message}). Without libsndfile only WAV and AIFF of PCM or "
                        + $"float samples are read; for all other kinds {SoundFileLibrary.HowToInstall}.",
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AudioException($"{path}: cannot be opened ({exception.Message}).", exception);
        }
    }

    private static void RequireBounds(string path, WaveFormat format)
    {
        if (format.SampleRate is < LowestRate or > HighestRate)
        {
            throw new AudioException(
                $"{path}: the header gives {format.SampleRate} samples a second; it must be from {LowestRate} to "
                + $"{HighestRate}. Export the recording again.");
        }

        if (format.Channels is < 1 or > MostChannels)
        {
            throw new AudioException(
                $"{path}: the header gives {format.Channels} channels; there must be from 1 to {MostChannels}. Export "
                + "the recording again.");
        }
    }
}
