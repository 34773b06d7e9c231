using System.Globalization;
using NAudio.Wave;
using Speaker.Audio.Files.SoundFile;

namespace Speaker.Audio.Files.Isolation;

/// <summary>
/// A file that libsndfile decodes in this process, on a thread of its own: one that hangs keeps that thread, and not the
/// caller. A thread cannot be ended, so after a few such files no more are decoded here. Not thread safe.
/// </summary>
internal sealed class WatchedReader : IDecodedFile
{
    private const int MostLost = 4;
    private const int BlockLength = 1 << 16;

    private const int Running = 0;
    private const int Left = 1;
    private const int Over = 2;

    private static int _lost;

    private readonly Stream _sound;
    private readonly CancellationToken _token;
    private readonly TimeSpan _patience;
    private readonly SemaphoreSlim _asked = new(0);
    private readonly SemaphoreSlim _answered = new(0);
    private readonly float[] _block = new float[BlockLength];
    private int _filled;
    private int _given;
    private Exception? _failure;
    private bool _ended;
    private volatile bool _isDisposed;
    private int _state;

    /// <inheritdoc cref="DecoderProcess(DecoderProgram, Stream, AudioFileOptions, CancellationToken)"/>
    public WatchedReader(Stream sound, AudioFileOptions options, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _lost) >= MostLost)
        {
            throw new SoundFileException(
                $"{MostLost} other files hang in this process; restart it, and let files be decoded in a process of "
                + "their own (AudioFileOptions.Decoder)");
        }

        _sound = sound;
        _token = cancellationToken;
        _patience = options.DecoderPatience;
        new Thread(Decode) { IsBackground = true, Name = "libsndfile" }.Start();
        try
        {
            Wait();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public WaveFormat WaveFormat { get; private set; } = null!;

    public long ClaimedFrames { get; private set; }

    /// <inheritdoc cref="SoundFileReader.Read"/>
    public int Read(Span<float> buffer)
    {
        if (_given == _filled && !_ended)
        {
            _asked.Release();
            Wait();
            _given = 0;
            _ended = _filled == 0;
        }

        var count = Math.Min(buffer.Length - (buffer.Length % WaveFormat.Channels), _filled - _given);
        _block.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    /// <summary>The thread closes what it has open, when it can.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _asked.Release();
    }

    private void Wait()
    {
        bool isThere;
        try
        {
            isThere = _answered.Wait(_patience, _token);
        }
        catch (OperationCanceledException)
        {
            Leave();
            throw;
        }

        if (!isThere)
        {
            Leave();
            throw new SoundFileException(string.Create(
                CultureInfo.InvariantCulture, $"its decoder gave nothing for {_patience.TotalSeconds:0.#} s and was left"));
        }

        if (_failure is { } failure)
        {
            _ended = true;
            throw failure is SoundFileException ? failure : new SoundFileException(failure.Message);
        }
    }

    /// <summary>The thread counts as lost until it answers after all.</summary>
    private void Leave()
    {
        _ended = true;
        if (Interlocked.CompareExchange(ref _state, Left, Running) == Running)
        {
            Interlocked.Increment(ref _lost);
        }
    }

    private void Decode()
    {
        try
        {
            using var sound = _sound;
            using var file = new SoundFileReader(sound);
            WaveFormat = file.WaveFormat;
            ClaimedFrames = file.ClaimedFrames;
            _answered.Release();
            while (true)
            {
                _asked.Wait();
                if (_isDisposed)
                {
                    return;
                }

                _filled = file.Read(_block.AsSpan(0, BlockLength - (BlockLength % file.WaveFormat.Channels)));
                _answered.Release();
            }
        }
#pragma warning disable CA1031 // it is thrown on the thread that waits
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure = exception;
            _answered.Release();
        }
        finally
        {
            if (Interlocked.Exchange(ref _state, Over) == Left)
            {
                Interlocked.Decrement(ref _lost);
            }
        }
    }
}
