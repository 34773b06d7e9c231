using Speaker.Audio;
using Speaker.CommandLine.Options;
using Speaker.Host.Http;
using Speaker.Host.Telephone.Sound;

namespace Speaker.Host.Telephone.Calls;

/// <summary>
/// The ear of one call: takes sound as it comes. A look is taken when there are so many seconds of new sound and the last one
/// is over, so that under load there are fewer looks and not later ones. Taking sound does not wait for a look, but where
/// sound comes faster than it can be listened to it waits until there is room, and the connection with it.
/// </summary>
/// <param name="guarded">Decides, and is told what each look showed: a call that ends by itself on a rejection counts.</param>
/// <param name="rate">Samples a second.</param>
/// <param name="options">The bounds.</param>
/// <param name="time">Of the bounds.</param>
/// <remarks>One thread gives sound while another waits for the end.</remarks>
internal sealed class CallListener(GuardedSession guarded, int rate, TelephoneOptions options, TimeProvider time)
{
    /// <summary>What <see cref="LiveSession"/> keeps back at other rates than its own: cycles of the lower rate.</summary>
    private const int KeptBackCycles = 92;

    private readonly LiveSession _session = guarded.Session;
    private readonly Lock _lock = new();
    private readonly JitterBuffer _order = new(rate, options.JitterSeconds);
    private readonly TaskCompletionSource<Decision> _verdict =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _begun = time.GetTimestamp();
    private readonly long _most = (long)(options.MaximumSeconds * rate);
    private volatile bool _isOver;
    private long _heard;
    private double _nextLook = options.LookSeconds;
    private Task _look = Task.CompletedTask;
    private long _lastMessage = time.GetTimestamp();

    /// <summary>Numbered frames so far.</summary>
    public JitterBuffer Frames => _order;

    /// <summary>Seconds of sound that were heard.</summary>
    public double Seconds => (double)Interlocked.Read(ref _heard) / rate;

    /// <summary>Something came, be it sound or not.</summary>
    public void Note() => Interlocked.Exchange(ref _lastMessage, time.GetTimestamp());

    /// <summary>Takes sound, which may wait for room; nothing once the call has ended.</summary>
    /// <param name="number">Its place among the others; null: it is in order.</param>
    /// <param name="samples">Mono, full scale 1.</param>
    public void Hear(long? number, float[] samples)
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            foreach (var frame in number is { } place ? _order.Push(place, samples) : [samples])
            {
                Append(frame);
            }
        }
    }

    /// <summary>Waits until the call has ended, after which it takes no more sound.</summary>
    /// <param name="pump">Gives the sound, and ends with it.</param>
    /// <param name="stopping">The service stops.</param>
    public async Task<CallEnd> WaitAsync(Task<CallEnd> pump, CancellationToken stopping)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        try
        {
            return await EndAsync(pump, waiting.Token);
        }
        finally
        {
            _isOver = true;
            await waiting.CancelAsync();
        }
    }

    /// <summary>The decision: that of the look that was sure, or that over everything that was heard.</summary>
    /// <param name="cancellationToken">Stops the waiting, also for sound that is still being taken.</param>
    public Task<Decision> DecideAsync(CancellationToken cancellationToken) =>
        Task.Run(() => ConcludeAsync(cancellationToken), cancellationToken).WaitAsync(cancellationToken);

    /// <summary>Waits for the look that is under way once the call has ended.</summary>
    public Task SettleAsync() => Task.Run(async () =>
    {
        Task look;
        // Sound that is being taken may begin a look yet; what comes after it does not.
        lock (_lock)
        {
            look = _look;
        }

        await look;
    });

    private async Task<CallEnd> EndAsync(Task<CallEnd> pump, CancellationToken stopping)
    {
        var stopped = Task.Delay(Timeout.InfiniteTimeSpan, time, stopping);
        while (true)
        {
            var left = TimeSpan.FromSeconds(options.MaximumSeconds) - time.GetElapsedTime(_begun);
            var idle = TimeSpan.FromSeconds(options.IdleSeconds)
                - time.GetElapsedTime(Interlocked.Read(ref _lastMessage));
            if (left <= TimeSpan.Zero || idle <= TimeSpan.Zero)
            {
                return left <= TimeSpan.Zero ? CallEnd.Limit : CallEnd.Idle;
            }

            using var timer = new CancellationTokenSource();
            var ended = await Task.WhenAny(
                pump, _verdict.Task, _full.Task, stopped, Task.Delay(left < idle ? left : idle, time, timer.Token));
            await timer.CancelAsync();
            if (ended == pump)
            {
                return await pump;
            }

            if (ended == _verdict.Task || ended == _full.Task || ended == stopped)
            {
                return ended == stopped ? CallEnd.Shutdown : ended == _full.Task ? CallEnd.Limit : CallEnd.Verdict;
            }
        }
    }

    private async Task<Decision> ConcludeAsync(CancellationToken cancellationToken)
    {
        await SettleAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (_verdict.Task.IsCompleted)
        {
            return await _verdict.Task;
        }

        foreach (var frame in _order.Flush())
        {
            Append(frame);
        }

        if (rate != AudioFile.SampleRate)
        {
            // So that what the session keeps back counts, as the end of a file does.
            _session.Append(
                new float[(int)Math.Ceiling(KeptBackCycles * Math.Max(1, (double)rate / AudioFile.SampleRate))]);
        }

        return await _session.DecideAsync(cancellationToken);
    }

    /// <summary>Under the lock, or when nothing more is taken.</summary>
    private void Append(float[] samples)
    {
        var taken = (int)Math.Min(samples.Length, _most - _heard);
        _session.Append(samples.AsSpan(0, taken));
        Interlocked.Add(ref _heard, taken);
        if (_heard >= _most)
        {
            _full.TrySetResult();
        }
        else if (!_isOver && Seconds >= _nextLook && _look.IsCompleted && !_verdict.Task.IsCompleted)
        {
            _nextLook = Seconds + options.LookSeconds;
            _look = LookAsync();
        }
    }

    private async Task LookAsync()
    {
        try
        {
            var state = guarded.Show(await _session.LookAsync());
            if (state.Verdict is not null)
            {
                _verdict.TrySetResult(state.SoFar);
            }
        }
#pragma warning disable CA1031 // whoever waits for the end of the call gets it
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _verdict.TrySetException(exception);
        }
    }
}
