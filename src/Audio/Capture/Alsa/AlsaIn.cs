using System.Runtime.Versioning;
using NAudio.Wave;

namespace Speaker.Audio.Capture.Alsa;

/// <summary>Capture from an ALSA device by name.</summary>
/// <remarks>
/// All events are raised on a thread of the capture's own, one after the other; <see cref="RecordingStopped"/> is
/// the last of them. The bytes of <see cref="DataAvailable"/> are used again once the handler returns. An overrun
/// (-EPIPE) or a suspended device (-ESTRPIPE) is recovered from and capture goes on; any other error, such as that the
/// device is gone (-ENODEV), ends it and is reported with <see cref="RecordingStopped"/>.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class AlsaIn : IWaveIn, ICaptureStatus
{
    private const int PeriodMilliseconds = 50;
    private const int Interrupted = -4;
    private const int TryAgain = -11;
    private const int OverrunError = -32;
    private const int SuspendedError = -86;
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(2);

    private readonly string _device;
    private readonly Func<ICapturePcm, ICapturePcm> _through;
    private volatile bool _stopping;
    private Thread? _worker;
    private double _latencySeconds = double.NaN;

    /// <param name="device">"default", "plughw:1,0", or a PCM that a configuration file defines.</param>
    /// <param name="through">Puts something between the capture and the device; null: nothing.</param>
    public AlsaIn(string device, Func<ICapturePcm, ICapturePcm>? through = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(device);
        _device = device;
        _through = through ?? (pcm => pcm);
    }

    public event EventHandler<WaveInEventArgs>? DataAvailable;

    public event EventHandler<StoppedEventArgs>? RecordingStopped;

    public event Action<CaptureNotice>? Noticed;

    /// <summary>What is captured: 16-bit PCM or 32-bit float. Set before <see cref="StartRecording"/>.</summary>
    public WaveFormat WaveFormat { get; set; } = new(44100, 16, 2);

    public double? LatencySeconds =>
        Volatile.Read(ref _latencySeconds) is var seconds && double.IsNaN(seconds) ? null : seconds;

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

        var pcm = _through(AlsaPcm.Open(_device, WaveFormat));
        var error = pcm.Start();
        if (error < 0)
        {
            pcm.Dispose();
            throw new AlsaException(error, "snd_pcm_start");
        }

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

    private static void Require(int error, string function)
    {
        if (error < 0)
        {
            throw new AlsaException(error, function);
        }
    }

    private void Capture(ICapturePcm pcm)
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

    private void Pump(ICapturePcm pcm)
    {
        var frames = WaveFormat.SampleRate * PeriodMilliseconds / 1000;
        var buffer = new byte[frames * WaveFormat.BlockAlign];
        while (!_stopping)
        {
            var ready = pcm.Wait(2 * PeriodMilliseconds);
            if (ready == 0)
            {
                continue;
            }

            if (ready > 0 && pcm.Delay(out var waiting) >= 0)
            {
                Volatile.Write(ref _latencySeconds, (double)waiting / WaveFormat.SampleRate);
            }

            // A PCM of type "file" whose file has ended says that it read and writes nothing: that is silence, and not
            // what stood here before.
            Array.Clear(buffer);
            var read = ready < 0 ? ready : pcm.Read(buffer, frames);
            if (read < 0)
            {
                Recover(pcm, read);
            }
            else if (read > 0)
            {
                DataAvailable?.Invoke(this, new WaveInEventArgs(buffer, read * WaveFormat.BlockAlign));
            }
        }
    }

    /// <summary>Not by snd_pcm_recover: that one waits for a sleeping device without an end.</summary>
    private void Recover(ICapturePcm pcm, int error)
    {
        switch (error)
        {
            case Interrupted:
                return;
            case OverrunError:
                Notice(CaptureIncident.Overrun, "the device overran: some sound is missing");
                Restart(pcm);
                return;
            case SuspendedError:
                Notice(CaptureIncident.Suspended, "the device is suspended; the capture goes on when it wakes");
                Awaken(pcm);
                return;
            default:
                throw new AlsaException(error, "snd_pcm_readi");
        }
    }

    private void Awaken(ICapturePcm pcm)
    {
        int error;
        while ((error = pcm.Resume()) == TryAgain && !_stopping)
        {
            Thread.Sleep(PeriodMilliseconds);
        }

        if (_stopping)
        {
            return;
        }

        // What cannot resume where it stood begins anew.
        if (error < 0)
        {
            Restart(pcm);
        }

        Notice(CaptureIncident.Resumed, "the device is awake again: some sound is missing");
    }

    private static void Restart(ICapturePcm pcm)
    {
        Require(pcm.Prepare(), "snd_pcm_prepare");
        Require(pcm.Start(), "snd_pcm_start");
    }

    private void Notice(CaptureIncident incident, string message) =>
        Noticed?.Invoke(new CaptureNotice(incident, message));
}
