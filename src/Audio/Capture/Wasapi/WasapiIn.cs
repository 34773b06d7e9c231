using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using NAudio.CoreAudioApi;
using NAudio.Wave;

namespace Speaker.Audio.Capture.Wasapi;

/// <summary>
/// Capture from a Windows device, in shared mode: Windows converts to the format that is asked for.
/// </summary>
/// <remarks>
/// Both events are raised on a thread of the capture's own; <see cref="RecordingStopped"/> is the last of them. The
/// bytes of <see cref="DataAvailable"/> are used again once the handler returns.
/// </remarks>
[SupportedOSPlatform("windows")]
internal sealed class WasapiIn : IWaveIn
{
    private readonly string _device;
    private WasapiRecorder? _recorder;
    private byte[] _bytes = [];

    /// <param name="device">
    /// "default", a name as the sound settings show it, or the identifier of an endpoint.
    /// </param>
    public WasapiIn(string device)
    {
        ArgumentException.ThrowIfNullOrEmpty(device);
        _device = device;
    }

    public event EventHandler<WaveInEventArgs>? DataAvailable;

    public event EventHandler<StoppedEventArgs>? RecordingStopped;

    /// <summary>What is captured. Set before <see cref="StartRecording"/>.</summary>
    public WaveFormat WaveFormat { get; set; } = new(44100, 16, 2);

    /// <summary>The active inputs.</summary>
    /// <exception cref="CaptureException">Windows does not say.</exception>
    public static IReadOnlyList<CaptureDeviceName> List()
    {
        try
        {
            using var devices = new MMDeviceEnumerator();
            var names = new List<CaptureDeviceName> { new("default", "the input that Windows takes by default") };
            foreach (var device in devices.EnumerateAudioEndPoints(DataFlow.Capture, DeviceState.Active))
            {
                using (device)
                {
                    names.Add(new CaptureDeviceName(device.FriendlyName, ""));
                }
            }

            return names;
        }
        catch (COMException exception)
        {
            throw Failure(exception);
        }
    }

    /// <exception cref="CaptureException">No such device, or it does not open in this format.</exception>
    /// <exception cref="InvalidOperationException">It is recording already.</exception>
    public void StartRecording()
    {
        if (_recorder is not null)
        {
            throw new InvalidOperationException($"The device \"{_device}\" is being captured already.");
        }

        try
        {
            using var devices = new MMDeviceEnumerator();
            _recorder = new WasapiRecorderBuilder()
                .WithDevice(Find(devices))
                .WithSharedMode()
                .WithFormat(WaveFormat)
                .Build();
            _recorder.DataAvailable += OnDataAvailable;
            _recorder.RecordingStopped += (_, stopped) => RecordingStopped?.Invoke(this, stopped);
            _recorder.StartRecording();
        }
        catch (COMException exception)
        {
            Dispose();
            throw Failure(exception);
        }
    }

    public void StopRecording() => _recorder?.StopRecording();

    public void Dispose()
    {
        _recorder?.Dispose();
        _recorder = null;
    }

    private static CaptureException Failure(COMException exception) =>
        new(exception.Message.TrimEnd('.', '\r', '\n', ' '), exception);

    private MMDevice Find(MMDeviceEnumerator devices)
    {
        if (_device == "default")
        {
            return devices.GetDefaultAudioEndpoint(DataFlow.Capture, Role.Console);
        }

        foreach (var device in devices.EnumerateAudioEndPoints(DataFlow.Capture, DeviceState.Active))
        {
            if (device.ID == _device || device.FriendlyName.Equals(_device, StringComparison.OrdinalIgnoreCase))
            {
                return device;
            }

            device.Dispose();
        }

        throw new CaptureException("there is no active input of that name");
    }

    private void OnDataAvailable(
        ReadOnlySpan<byte> samples, AudioClientBufferFlags flags, long devicePosition, long clockPosition)
    {
        if (_bytes.Length < samples.Length)
        {
            _bytes = new byte[samples.Length];
        }

        // Of a silent packet the content has no meaning.
        if (flags.HasFlag(AudioClientBufferFlags.Silent))
        {
            Array.Clear(_bytes, 0, samples.Length);
        }
        else
        {
            samples.CopyTo(_bytes);
        }

        DataAvailable?.Invoke(this, new WaveInEventArgs(_bytes, samples.Length));
    }
}
