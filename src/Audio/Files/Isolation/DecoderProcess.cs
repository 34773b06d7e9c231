using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using NAudio.Wave;
using Speaker.Audio.Files.SoundFile;

namespace Speaker.Audio.Files.Isolation;

/// <summary>
/// A file that libsndfile decodes in a process of its own. That process opens nothing: it asks for bytes and gives samples.
/// It has so much memory and, for each second of the sound, so much time; where it takes more, or crashes, the file is
/// refused, and the next one gets another process. Not thread safe.
/// </summary>
internal sealed class DecoderProcess : IDecodedFile
{
    /// <summary>Processes that have decoded a file to its end and wait for the next, by the program and its memory.</summary>
    private static readonly ConcurrentDictionary<string, ConcurrentBag<Worker>> Idle = new(StringComparer.Ordinal);

    private readonly Stream _sound;
    private readonly Worker _worker;
    private readonly ConcurrentBag<Worker> _idle;
    private readonly CancellationTokenRegistration _cancellation;
    private readonly CancellationToken _token;
    private readonly TimeSpan _patience;
    private readonly byte[] _bytes = new byte[DecoderChannel.MostBytes];
    private byte[] _samples = [];
    private int _given;
    private bool _ended;

    /// <param name="program">What is started.</param>
    /// <param name="sound">What it is to decode, seekable; disposed with this.</param>
    /// <param name="options">Its bounds.</param>
    /// <param name="cancellationToken">Ends the process, until this is disposed.</param>
    /// <exception cref="SoundFileException">It cannot be started, or cannot read the file.</exception>
    /// <exception cref="OperationCanceledException">The token says so.</exception>
    public DecoderProcess(
        DecoderProgram program, Stream sound, AudioFileOptions options, CancellationToken cancellationToken)
    {
        _sound = sound;
        _token = cancellationToken;
        _patience = options.DecoderPatience;
        string[] bounds = [$"{(int)Math.Ceiling(options.DecoderSeconds)}", $"{options.DecoderMegabytes}"];
        _idle = Idle.GetOrAdd(string.Join('\0', [program.FileName, .. program.Arguments, .. bounds]), _ => []);
        _worker = Rested() ?? Worker.Start(program, bounds);
        _cancellation = cancellationToken.Register(process => ((WatchedProcess)process!).Kill(), _worker.Process);
        try
        {
            Span<byte> length = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(length, sound.Length);
            Send(DecoderMessage.Open, length);
            var opened = Receive(DecoderMessage.Opened);
            WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(
                BinaryPrimitives.ReadInt32LittleEndian(opened), BinaryPrimitives.ReadInt32LittleEndian(opened[4..]));
            ClaimedFrames = BinaryPrimitives.ReadInt64LittleEndian(opened[8..]);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public WaveFormat WaveFormat { get; }

    public long ClaimedFrames { get; }

    /// <inheritdoc cref="SoundFileReader.Read"/>
    public int Read(Span<float> buffer)
    {
        var whole = buffer.Length - (buffer.Length % WaveFormat.Channels);
        if (_given == _samples.Length && !_ended)
        {
            _samples = Receive(DecoderMessage.Samples).ToArray();
            _given = 0;
            _ended = _samples.Length == 0;
        }

        var samples = MemoryMarshal.Cast<byte, float>(_samples.AsSpan(_given));
        var count = Math.Min(whole, samples.Length);
        samples[..count].CopyTo(buffer);
        _given += count * sizeof(float);
        return count;
    }

    public void Dispose()
    {
        _cancellation.Dispose();
        if (_ended && !_worker.Process.IsKilled)
        {
            _idle.Add(_worker);
        }
        else
        {
            _worker.Dispose();
        }

        _sound.Dispose();
    }

    private Worker? Rested()
    {
        while (_idle.TryTake(out var worker))
        {
            if (worker.Process.IsRunning)
            {
                return worker;
            }

            worker.Dispose();
        }

        return null;
    }

    private void Send(DecoderMessage message, ReadOnlySpan<byte> content)
    {
        try
        {
            _worker.Channel.Send(message, content);
        }
        catch (IOException)
        {
            throw Ended();
        }
    }

    /// <summary>Gives the decoder what it asks for until it says this.</summary>
    private ReadOnlySpan<byte> Receive(DecoderMessage expected)
    {
        while (true)
        {
            ReadOnlySpan<byte> content;
            DecoderMessage? message;
            try
            {
                using (_worker.Process.Watch(_patience))
                {
                    message = _worker.Channel.Receive(out content);
                }
            }
            catch (IOException)
            {
                throw Ended();
            }

            if (message == expected)
            {
                return content;
            }

            switch (message)
            {
                case DecoderMessage.Read:
                    Give(content);
                    break;
                case DecoderMessage.Failed:
                    throw new SoundFileException(
                        Encoding.UTF8.GetString(content[sizeof(int)..]), BinaryPrimitives.ReadInt32LittleEndian(content));
                default:
                    throw Ended();
            }
        }
    }

    private void Give(ReadOnlySpan<byte> request)
    {
        _sound.Position = BinaryPrimitives.ReadInt64LittleEndian(request);
        var wanted = Math.Min(BinaryPrimitives.ReadInt32LittleEndian(request[8..]), DecoderChannel.MostBytes);
        Send(
            DecoderMessage.Bytes,
            _bytes.AsSpan(0, _sound.ReadAtLeast(_bytes.AsSpan(0, wanted), wanted, throwOnEndOfStream: false)));
    }

    private SoundFileException Ended()
    {
        _token.ThrowIfCancellationRequested();
        return new SoundFileException(_worker.Process.WhyItEnded());
    }

    /// <summary>The process, and the pipes to it.</summary>
    private sealed class Worker : IDisposable
    {
        private Worker(WatchedProcess process)
        {
            Process = process;
            Channel = new DecoderChannel(process.Output, process.Input);
        }

        public WatchedProcess Process { get; }

        public DecoderChannel Channel { get; }

        public static Worker Start(DecoderProgram program, string[] bounds) => new(WatchedProcess.Start(
            new ProcessStartInfo(program.FileName, [.. program.Arguments, .. bounds]) { RedirectStandardInput = true }));

        public void Dispose() => Process.Dispose();
    }
}
