using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using NAudio.Wave;
using Speaker.Audio.Capture;
using Speaker.Audio.Validation;

namespace Speaker.Audio;

/// <summary>
/// A capture device as blocks of 16 kHz mono samples. The device is asked for that format. Windows converts; ALSA does
/// where the device named is one that converts ("default", "plughw:1,0").
/// </summary>
/// <remarks>
/// The capture runs on a thread of its own and outlasts overruns. Blocks wait in a queue of half a minute; when a
/// reader falls further behind, the capture waits for it and the device overruns. A device that is gone, as when its plug
/// is pulled, is opened again when it is back within <see cref="MicrophoneOptions.ReopenSeconds"/>; what was said meanwhile
/// is missing. A device that delivers nothing, as one does that died without an error, ends the capture with an exception.
/// </remarks>
public sealed class Microphone
{
    private const double QueueSeconds = 30;

    private readonly MicrophoneOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly Func<string, WaveFormat, IWaveIn> _createDevice;
    private volatile SteadyCapture? _capture;

    /// <summary>Checks the options; the device is opened when it is captured.</summary>
    /// <param name="options">Null: the default device.</param>
    /// <param name="timeProvider">The clock of the watchdog; null: the system's.</param>
    /// <exception cref="OptionsValidationException">An option out of its range; the message has the value and the
    /// bound.</exception>
    public Microphone(MicrophoneOptions? options = null, TimeProvider? timeProvider = null)
        : this(options, timeProvider, CaptureDevice.Create)
    {
    }

    /// <summary>As the other, with devices that are made otherwise.</summary>
    internal Microphone(
        MicrophoneOptions? options, TimeProvider? timeProvider, Func<string, WaveFormat, IWaveIn> createDevice)
    {
        _options = new MicrophoneOptionsValidator().Require(options ?? new MicrophoneOptions());
        _timeProvider = timeProvider ?? TimeProvider.System;
        _createDevice = createDevice;
    }

    /// <summary>Told, on a thread of the capture, of what happens to the device without ending the capture.</summary>
    internal Action<CaptureNotice>? Noticed { get; set; }

    /// <summary>Where the names of the devices are found, as the end of a sentence.</summary>
    internal string Listing { get; init; } = CaptureDevice.Listing;

    /// <summary>From a sound to the block that brings it, at most, in seconds: what waited in the device last, and the
    /// length of a block. Null while nobody knows.</summary>
    internal double? LatencySeconds => _capture?.LatencySeconds + _options.BlockSeconds;

    /// <summary>The devices that there are to be named.</summary>
    /// <exception cref="AudioException">The system does not say, or has no capture.</exception>
    internal static IReadOnlyList<CaptureDeviceName> Devices()
    {
        try
        {
            return CaptureDevice.List();
        }
        catch (CaptureException exception)
        {
            throw new AudioException($"The devices cannot be listed ({exception.Message}).", exception);
        }
        catch (DllNotFoundException exception)
        {
            throw NotInstalled(exception);
        }
    }

    /// <summary>
    /// Captures until the token says stop or the reader stops reading: blocks of
    /// <see cref="MicrophoneOptions.BlockSeconds"/>, full scale 1, each an array of its own.
    /// </summary>
    /// <param name="cancellationToken">Ends the capture.</param>
    /// <exception cref="AudioException">
    /// The device does not open, fails and is not back in time, or delivers nothing for
    /// <see cref="MicrophoneOptions.WatchdogSeconds"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token says so.</exception>
    public async IAsyncEnumerable<float[]> CaptureAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var blocks = new BlockQueue(
            (int)(_options.BlockSeconds * AudioFile.SampleRate),
            (int)Math.Ceiling(QueueSeconds / _options.BlockSeconds));
        using var capture = Start(blocks);
        _capture = capture;
        try
        {
            while (await WaitForBlockAsync(blocks.Reader, capture, cancellationToken).ConfigureAwait(false))
            {
                while (blocks.Reader.TryRead(out var block))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return block;
                }
            }
        }
        finally
        {
            // Before the device is stopped: its thread may be waiting for a place in the queue.
            blocks.Close();
        }
    }

    private SteadyCapture Start(BlockQueue blocks)
    {
        var capture = new SteadyCapture(
            () => _createDevice(_options.Device, new WaveFormat(AudioFile.SampleRate, 16, 1)),
            TimeSpan.FromSeconds(_options.ReopenSeconds),
            _timeProvider,
            blocks.Add,
            failure => blocks.End(
                failure is null ? null : Failure($"stopped ({failure.Message})", failure)),
            notice => Noticed?.Invoke(notice));
        try
        {
            capture.Start();
            return capture;
        }
        catch (CaptureException exception)
        {
            capture.Dispose();
            throw Failure($"cannot be captured ({exception.Message})", exception);
        }
        catch (DllNotFoundException exception)
        {
            capture.Dispose();
            throw NotInstalled(exception);
        }
    }

    /// <summary>The next block, or the end. The watchdog counts from when the device was last opened.</summary>
    private async Task<bool> WaitForBlockAsync(
        ChannelReader<float[]> reader, SteadyCapture capture, CancellationToken cancellationToken)
    {
        var watchdog = TimeSpan.FromSeconds(_options.WatchdogSeconds);
        var waiting = reader.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            try
            {
                return await waiting.WaitAsync(watchdog, _timeProvider, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException) when (capture.OpenFor < watchdog)
            {
                // It is lost, or has only just come back.
            }
            catch (TimeoutException exception)
            {
                throw Failure($"delivered nothing for {_options.WatchdogSeconds} s", exception);
            }
        }
    }

    private static AudioException NotInstalled(DllNotFoundException exception) =>
        new("libasound is not installed; install the package libasound2.", exception);

    private AudioException Failure(string what, Exception cause) => new(
        $"Microphone \"{_options.Device}\" {what}; see that it is plugged in, not taken by another program, and "
        + $"{Listing}.",
        cause);

    /// <summary>Bytes of 16-bit samples in, blocks of a fixed length out, on two threads.</summary>
    private sealed class BlockQueue(int blockLength, int capacity) : IDisposable
    {
        private readonly Channel<float[]> _channel = Channel.CreateUnbounded<float[]>(
            new UnboundedChannelOptions { SingleReader = false, SingleWriter = true });

        private readonly ManualResetEventSlim _closed = new();
        private float[] _block = new float[blockLength];
        private int _filled;

        public ChannelReader<float[]> Reader => _channel.Reader;

        public void Add(ReadOnlySpan<byte> samples)
        {
            for (var i = 0; i + 1 < samples.Length; i += sizeof(short))
            {
                _block[_filled++] = BinaryPrimitives.ReadInt16LittleEndian(samples[i..]) / 32768f;
                if (_filled == blockLength)
                {
                    WaitForPlace();
                    _channel.Writer.TryWrite(_block);
                    _block = new float[blockLength];
                    _filled = 0;
                }
            }
        }

        public void End(Exception? failure) => _channel.Writer.TryComplete(failure);

        public void Close() => _closed.Set();

        public void Dispose() => _closed.Dispose();

        private void WaitForPlace()
        {
            while (_channel.Reader.Count >= capacity && !_closed.Wait(5))
            {
            }
        }
    }
}
