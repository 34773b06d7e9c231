using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using NAudio.Wave;
using Speaker.Audio.Files.Containers;
using Speaker.Audio.Files.Isolation;
using Speaker.Audio.Files.SoundFile;

namespace Speaker.Audio.Files.Ffmpeg;

/// <summary>
/// The first stream of sound in a file, as an installed ffmpeg decodes it, in a process with bounds. ffmpeg reads the file
/// as the format that it is by its first bytes and opens no other file for it. Not thread safe.
/// </summary>
internal sealed class FfmpegReader : IDecodedFile
{
    private const int BufferLength = 1 << 16;
    private const int AuHeaderLength = 24;
    private const int LongestAuHeader = 1 << 16;
    private const int LongestComplaint = 400;

    /// <summary>ffmpeg's libraries alone take so much address space.</summary>
    private const int OwnMegabytes = 1024;

    /// <summary>Processor time for a whole file, in case this process is gone before its ffmpeg is.</summary>
    private const int MostProcessorSeconds = 3600;

    private readonly string _input;
    private readonly WatchedProcess _process;
    private readonly CancellationTokenRegistration _cancellation;
    private readonly CancellationToken _token;
    private readonly TimeSpan _patience;
    private readonly Task<string> _complaint;
    private readonly List<RecordingNote> _notes = [];
    private readonly byte[] _buffer = new byte[BufferLength];
    private int _rest;
    private bool _ended;

    /// <param name="ffmpeg">Path of the program.</param>
    /// <param name="path">Path of the file.</param>
    /// <param name="file">The file, open; it stays the caller's.</param>
    /// <param name="format">What it is.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="cancellationToken">Ends the process, until this is disposed.</param>
    /// <exception cref="SoundFileException">ffmpeg does not start, or does not read the file.</exception>
    /// <exception cref="OperationCanceledException">The token says so.</exception>
    public FfmpegReader(
        string ffmpeg, string path, FileStream file, ForeignFormat format, AudioFileOptions options,
        CancellationToken cancellationToken)
    {
        _token = cancellationToken;
        _patience = options.DecoderPatience;
        _input = "file:" + SameFile(path, file);
        _process = WatchedProcess.Start(Bounded(
            options.DecoderMegabytes,
            [
                ffmpeg, "-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1", "-protocol_whitelist", "file",
                "-f", format.Demuxer, "-i", _input, "-map", "0:a:0", "-c:a", "pcm_f32be", "-f", "au",
                "pipe:1",
            ]));
        _cancellation = cancellationToken.Register(process => ((WatchedProcess)process!).Kill(), _process);
        _complaint = Beginning(_process.Errors);
        try
        {
            var header = Header();
            WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(
                BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(16)),
                BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(20)));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public WaveFormat WaveFormat { get; }

    public long ClaimedFrames => 0;

    public IReadOnlyList<RecordingNote> Notes => _notes;

    /// <summary>The program that the options name; null where there is none, or none is wanted.</summary>
    /// <exception cref="AudioException">The options name a program that is not there.</exception>
    public static string? Find(AudioFileOptions options)
    {
        if (options.Ffmpeg == AudioFileOptions.Off)
        {
            return null;
        }

        if (options.Ffmpeg != AudioFileOptions.Auto)
        {
            return File.Exists(options.Ffmpeg)
                ? options.Ffmpeg
                : throw new AudioException(
                    $"Speaker:Audio:Ffmpeg = '{options.Ffmpeg}': there is no such program; give the path of ffmpeg, "
                    + $"{AudioFileOptions.Auto} or {AudioFileOptions.Off}.");
        }

        var name = OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg";
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(Path.IsPathRooted)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }

    /// <inheritdoc cref="SoundFileReader.Read"/>
    public int Read(Span<float> buffer)
    {
        var frame = WaveFormat.Channels * sizeof(float);
        var wanted = Math.Min(_buffer.Length, buffer.Length * sizeof(float));
        wanted -= wanted % frame;
        if (_ended || wanted == 0)
        {
            return 0;
        }

        // What was read of a frame that is not whole yet lies at the beginning.
        while (_rest < frame)
        {
            var read = ReadOutput(_buffer.AsSpan(_rest, wanted - _rest));
            if (read == 0)
            {
                End();
                return 0;
            }

            _rest += read;
        }

        var bytes = _buffer.AsSpan(0, _rest - (_rest % frame));
        var samples = MemoryMarshal.Cast<float, int>(buffer[..(bytes.Length / sizeof(float))]);
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, int>(bytes), samples);
        _buffer.AsSpan(bytes.Length.._rest).CopyTo(_buffer);
        _rest -= bytes.Length;
        return samples.Length;
    }

    public void Dispose()
    {
        _cancellation.Dispose();
        _process.Dispose();
    }

    /// <summary>On Linux the open file itself, whatever its path leads to by now.</summary>
    private static string SameFile(string path, FileStream file)
    {
        var open = $"/proc/{Environment.ProcessId}/fd/{file.SafeFileHandle.DangerousGetHandle()}";
        return OperatingSystem.IsLinux() && File.Exists(open) ? open : Path.GetFullPath(path);
    }

    private static ProcessStartInfo Bounded(int megabytes, IReadOnlyList<string> command)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(command[0], command.Skip(1))
            : new ProcessStartInfo(
                "/bin/sh",
                [
                    "-c",
                    $"ulimit -v {(megabytes + OwnMegabytes) * 1024L} 2>/dev/null; ulimit -t {MostProcessorSeconds}; "
                    + "exec \"$@\"",
                    "sh", .. command,
                ]);
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        return start;
    }

    /// <summary>The first of what is said; the rest is read and forgotten.</summary>
    private static async Task<string> Beginning(StreamReader errors)
    {
        var text = new StringBuilder();
        var buffer = new char[LongestComplaint];
        try
        {
            for (int read; (read = await errors.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
            {
                text.Append(buffer, 0, Math.Min(read, LongestComplaint - text.Length));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // What was said until then.
        }

        return text.ToString().Trim().ReplaceLineEndings("; ");
    }

    private byte[] Header()
    {
        var header = new byte[AuHeaderLength];
        ReadHeader(header);
        var offset = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
        if (!header.AsSpan().StartsWith(".snd"u8) || offset is < AuHeaderLength or > LongestAuHeader)
        {
            throw new SoundFileException("ffmpeg gives something else than sound");
        }

        ReadHeader(new byte[offset - AuHeaderLength]);
        return header;
    }

    private void ReadHeader(byte[] header)
    {
        for (var done = 0; done < header.Length;)
        {
            var read = ReadOutput(header.AsSpan(done));
            done += read;
            if (read == 0)
            {
                throw new SoundFileException(
                    Complaint() is { Length: > 0 } complaint ? $"ffmpeg says: {complaint}" : _process.WhyItEnded());
            }
        }
    }

    private int ReadOutput(Span<byte> buffer)
    {
        int read;
        using (_process.Watch(_patience))
        {
            read = _process.Output.Read(buffer);
        }

        _token.ThrowIfCancellationRequested();
        return read;
    }

    private void End()
    {
        _ended = true;
        if (_process.IsKilled || _process.ExitCode() != 0)
        {
            throw new SoundFileException(
                Complaint() is { Length: > 0 } why ? $"ffmpeg says: {why}" : _process.WhyItEnded());
        }

        if (Complaint() is { Length: > 0 } complaint)
        {
            _notes.Add(new RecordingNote(
                RecordingIssue.Cut, $"cut or damaged, for ffmpeg says of it: {complaint}; check that it is whole"));
        }
    }

    private string Complaint()
    {
        if (!_complaint.Wait(_patience))
        {
            return "";
        }

        var text = WithoutAddresses(_complaint.Result.Replace(_input, "the file", StringComparison.Ordinal)).TrimEnd('.');
        return string.Concat(text.Select(character => char.IsControl(character) ? '?' : character));
    }

    /// <summary>Leaves out "[aac @ 0x55d0c0ffee] ", with which its lines begin.</summary>
    private static string WithoutAddresses(string text)
    {
        for (int at; (at = text.IndexOf(" @ 0x", StringComparison.Ordinal)) >= 0;)
        {
            var start = text.LastIndexOf('[', at);
            var end = text.IndexOf("] ", at, StringComparison.Ordinal);
            if (start < 0 || end < 0)
            {
                return text;
            }

            text = text.Remove(start, end + 2 - start);
        }

        return text;
    }
}
