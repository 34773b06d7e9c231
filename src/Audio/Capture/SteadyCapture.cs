using System.Globalization;
using NAudio.Wave;

namespace Speaker.Audio.Capture;

/// <summary>
/// A capture that outlasts its device: one that fails after it has begun is opened again, for a while, until it is there.
/// </summary>
/// <remarks>The delegates are called from the threads of the captures and from one that reopens, one at a time.</remarks>
internal sealed class SteadyCapture : IDisposable
{
    /// <summary>Between two tries to open a device that was lost.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250);

    private readonly Func<IWaveIn> _create;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly Action<ReadOnlySpan<byte>> _captured;
    private readonly Action<Exception?> _ended;
    private readonly Action<CaptureNotice> _noticed;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private IWaveIn? _input;
    private Task _reopening = Task.CompletedTask;
    private bool _isLost;
    private long _back;

    /// <param name="create">Makes the device, not begun.</param>
    /// <param name="patience">How long a lost device is looked for; zero: it is not.</param>
    /// <param name="time">The clock of that.</param>
    /// <param name="captured">Told of sound, in the format of the device.</param>
    /// <param name="ended">Told once that no sound follows, and of what ended it.</param>
    /// <param name="noticed">Told of what happens to the device.</param>
    public SteadyCapture(
        Func<IWaveIn> create,
        TimeSpan patience,
        TimeProvider time,
        Action<ReadOnlySpan<byte>> captured,
        Action<Exception?> ended,
        Action<CaptureNotice> noticed)
    {
        (_create, _patience, _time) = (create, patience, time);
        (_captured, _ended, _noticed) = (captured, ended, noticed);
        _back = time.GetTimestamp();
    }

    /// <summary>How long sound waits in the device, in seconds; null where nobody knows.</summary>
    public double? LatencySeconds => (Volatile.Read(ref _input) as ICaptureStatus)?.LatencySeconds;

    /// <summary>How long the device has been open, since it was last opened; zero while it is lost.</summary>
    public TimeSpan OpenFor
    {
        get
        {
            lock (_lock)
            {
                return _isLost ? TimeSpan.Zero : _time.GetElapsedTime(_back);
            }
        }
    }

    /// <summary>Opens the device.</summary>
    /// <exception cref="CaptureException">It does not open: a device that was never there is not looked for.</exception>
    public void Start() => Open();

    public void Dispose()
    {
        _stop.Cancel();
        Volatile.Read(ref _input)?.Dispose();
        _reopening.GetAwaiter().GetResult();
        _stop.Dispose();
    }

    private void Open()
    {
        var input = _create();
        input.DataAvailable += (_, captured) => _captured(captured.BufferSpan);
        input.RecordingStopped += (_, stopped) => OnStopped(stopped.Exception);
        if (input is ICaptureStatus status)
        {
            status.Noticed += _noticed;
        }

        Volatile.Write(ref _input, input);
        try
        {
            input.StartRecording();
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    private void OnStopped(Exception? failure)
    {
        if (failure is not CaptureException || _patience <= TimeSpan.Zero || _stop.IsCancellationRequested)
        {
            _ended(failure);
            return;
        }

        SetLost(true);
        _noticed(new CaptureNotice(
            CaptureIncident.Lost,
            string.Create(
                CultureInfo.InvariantCulture,
                $"the device is gone ({failure.Message}); it is looked for, for {_patience.TotalSeconds:0.#} s")));
        _reopening = Task.Run(() => ReopenAsync(failure));
    }

    private async Task ReopenAsync(Exception failure)
    {
        var lost = _time.GetTimestamp();
        _input!.Dispose();
        while (true)
        {
            try
            {
                await Task.Delay(Retry, _time, _stop.Token).ConfigureAwait(false);
                // Before it begins, as it may be lost again at once.
                SetLost(false);
                Open();
                break;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (CaptureException) when (_time.GetElapsedTime(lost) < _patience)
            {
                SetLost(true);
            }
            catch (CaptureException)
            {
                _ended(failure);
                return;
            }
        }

        var away = _time.GetElapsedTime(lost);
        _noticed(new CaptureNotice(
            CaptureIncident.Back,
            string.Create(
                CultureInfo.InvariantCulture, $"the device is back: {away.TotalSeconds:0.0} s of sound are missing")));
        if (_stop.IsCancellationRequested)
        {
            _input.Dispose();
        }
    }

    private void SetLost(bool isLost)
    {
        lock (_lock)
        {
            (_isLost, _back) = (isLost, _time.GetTimestamp());
        }
    }
}
