using System.Runtime.Versioning;
using NAudio.Wave;

namespace Speaker.Audio.Capture.Alsa;

/// <summary>Capture from an ALSA device by name.</summary>
/// <remarks>
/// Both events are raised on a thread of the capture's own, one after the other; <see cref="RecordingStopped"/> is
/// the last of them. The bytes of <see cref="DataAvailable"/> are used again once the handler returns. An overrun
/// (-EPIPE) or a suspended device (-ESTRPIPE) is recovered from and capture goes on; any other error ends it and is
/// reported with <see cref="RecordingStopped"/>.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class AlsaIn : IWaveIn
{
    private const uint LatencyMicroseconds = 200_000;
    private const int PeriodMilliseconds = 50;
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(2);

    private readonly string _device;
    private volatile bool _stopping;
    private Thread? _worker;

    /// <param name="device">"default", "plughw:1,0", or a PCM that a configuration file defines.</param>
    public AlsaIn(string device)
    {
        ArgumentException.ThrowIfNullOrEmpty(device);
        _device = device;
    }

    public event EventHandler<WaveInEventArgs>? DataAvailable;

    public event EventHandler<StoppedEventArgs>? RecordingStopped;

    /// <summary>What is captured: 16-bit PCM or 32-bit float. Set before <see cref="StartRecording"/>.</summary>
    public WaveFormat WaveFormat { get; set; } = new(44100, 16, 2);

    /// <exception cref="AlsaException">The device does not open, or not in this format.</exception>
    /// <exception cref="NotSupportedException">ALSA has no name for the format.</exception>
    /// <exception cref="InvalidOperationException">It is recording already.</exception>
    /// <exception cref="DllNotFoundException">libasound is not installed.</exception>
    public void StartRecording()
    {
        if (_worker is not null)
        {
            throw new InvalidOperationException($"The device \"{_device}\" is being captured already.");
        }

        var format = (WaveFormat.Encoding, WaveFormat.BitsPerSample) switch
        {
            (WaveFormatEncoding.Pcm, 16) => AlsaLibrary.FormatS16LittleEndian,
            (WaveFormatEncoding.IeeeFloat, 32) => AlsaLibrary.FormatFloatLittleEndian,
            _ => throw new NotSupportedException(
                $"{WaveFormat.BitsPerSample}-bit {WaveFormat.Encoding} cannot be captured; use 16-bit PCM or 32-bit "
                + "float."),
        };
        NullDevice.Define();
        var error = AlsaLibrary.Open(out var pcm, _device, AlsaLibrary.StreamCapture, 0);
        ThrowIfError(error, "snd_pcm_open", pcm);
        error = AlsaLibrary.SetParameters(
            pcm, format, AlsaLibrary.AccessInterleaved, (uint)WaveFormat.Channels, (uint)WaveFormat.SampleRate, 1,
            LatencyMicroseconds);
        ThrowIfError(error, "snd_pcm_set_params", pcm);
        ThrowIfError(AlsaLibrary.Start(pcm), "snd_pcm_start", pcm);
        _stopping = false;
        _worker = new Thread(() => Capture(pcm)) { IsBackground = true, Name = $"ALSA capture {_device}" };
        _worker.Start();
    }

    /// <summary>
    /// Ends the capture and, but on the capture's own thread, waits until it has ended; a device that hangs in a read
    /// is left to its thread after two seconds.
    /// </summary>
    public void StopRecording()
    {
        _stopping = true;
        if (_worker is { } running && running != Thread.CurrentThread && running.Join(LongestStop))
        {
            _worker = null;
        }
    }

    public void Dispose() => StopRecording();

    private static void ThrowIfError(int error, string function, SafePcmHandle pcm)
    {
        if (error < 0)
        {
            pcm.Dispose();
            throw new AlsaException(error, function);
        }
    }

    private void Capture(SafePcmHandle pcm)
    {
        Exception? failure = null;
        try
        {
            using (pcm)
            {
                Pump(pcm);
            }
        }
#pragma warning disable CA1031 // Whatever ends the thread is reported with the event that says it ended.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;
        }

        RecordingStopped?.Invoke(this, new StoppedEventArgs(failure));
    }

    private void Pump(SafePcmHandle pcm)
    {
        var frames = WaveFormat.SampleRate * PeriodMilliseconds / 1000;
        var buffer = new byte[frames * WaveFormat.BlockAlign];
        while (!_stopping)
        {
            var ready = AlsaLibrary.Wait(pcm, 2 * PeriodMilliseconds);
            if (ready == 0)
            {
                continue;
            }

            // A PCM of type "file" whose file has ended says that it read and writes nothing: that is silence, and not
            // what stood here before.
            Array.Clear(buffer);
            var read = ready < 0 ? ready : (int)AlsaLibrary.Read(pcm, buffer, (nuint)frames);
            if (read < 0)
            {
                var error = AlsaLibrary.Recover(pcm, read, 1);
                ThrowIfError(error, "snd_pcm_readi", pcm);
                ThrowIfError(AlsaLibrary.Start(pcm), "snd_pcm_start", pcm);
            }
            else if (read > 0)
            {
                DataAvailable?.Invoke(this, new WaveInEventArgs(buffer, read * WaveFormat.BlockAlign));
            }
        }
    }
}
