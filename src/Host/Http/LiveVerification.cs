using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.Presentation;

namespace Speaker.Host.Http;

/// <summary>
/// One live verification: takes the sound in as it comes, shows where it stands, and decides. A look is taken about every
/// half second of new sound, one at a time: where looks take longer, there are fewer. Sound that comes faster than it can be
/// looked at waits in the connection. It ends by the clock too, so that nobody holds a claim by sending next to nothing.
/// </summary>
/// <param name="socket">The client.</param>
/// <param name="guarded">The claim.</param>
/// <param name="rate">Samples a second.</param>
/// <param name="options">The limits.</param>
/// <param name="time">Of the time-outs.</param>
/// <param name="stopping">The service stops.</param>
internal sealed class LiveVerification(
    LiveSocket socket,
    GuardedSession guarded,
    int rate,
    HttpOptions options,
    TimeProvider time,
    CancellationToken stopping)
{
    private const double LookSeconds = 0.5;

    /// <summary>How far the sound may be ahead of the last look.</summary>
    private const double FurthestAhead = 2;

    private readonly TimeSpan _patience = TimeSpan.FromSeconds(options.LiveIdleSeconds);

    /// <summary>From the beginning to the decision, whatever comes.</summary>
    private readonly TimeSpan _longest = TimeSpan.FromSeconds(options.LiveSeconds + options.LiveIdleSeconds);

    private readonly long _begunAt = time.GetTimestamp();

    /// <summary>When there was sound last, or a look ended.</summary>
    private long _activeAt = time.GetTimestamp();
    private long _samples;

    /// <summary>A receive that was not awaited when the sound was no longer asked for; null where there is none.</summary>
    public Task<LivePart>? Pending { get; private set; }

    private double Seconds => (double)_samples / rate;

    /// <summary>Listens until the evidence is enough, the client ends the sound, there is as much as there may be, or it
    /// took as long as it may.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>Null where the client is gone.</returns>
    /// <exception cref="ProblemException">Nothing came for too long, the client sent what cannot be, or the service
    /// stops.</exception>
    public async Task<Decision?> RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        Task<LiveState>? look = null;
        var lookedAt = 0.0;
        var isOver = false;
        try
        {
            while (!isOver || look is not null)
            {
                var isListening = !isOver && (look is null || Seconds - lookedAt < FurthestAhead);
                if (isListening)
                {
                    Pending ??= socket.ReceiveAsync();
                }

                await AnyAsync(isListening ? Pending : null, look, ended.Token);
                if (look is { IsCompleted: true })
                {
                    var state = guarded.Show(await look);
                    look = null;
                    _activeAt = time.GetTimestamp();
                    if (!await socket.SendAsync(
                        "state", DecisionPresenter.Json(state), JsonContracts.Output.LiveStateJson))
                    {
                        return null;
                    }

                    if (state.Verdict is not null)
                    {
                        return state.SoFar;
                    }
                }

                if (isListening && Pending is { IsCompleted: true } received)
                {
                    Pending = null;
                    var part = await received;
                    if (part.Kind == LivePartKind.Gone)
                    {
                        return null;
                    }

                    Append(part.Samples.Span);
                    isOver = part.Kind == LivePartKind.End || Seconds >= options.LiveSeconds;
                }

                isOver |= Left(_begunAt, _longest) == TimeSpan.Zero;
                // A look is this service's own work: no client is blamed for how long it takes.
                if (!isOver && look is null && Left(_activeAt, _patience) == TimeSpan.Zero)
                {
                    throw new ProblemException(
                        408, "tooSlow",
                        $"no sound came for {options.LiveIdleSeconds:0.#} s (Speaker:Http:LiveIdleSeconds): send sound, or " +
                        """{"type":"end"} when there is no more""");
                }

                if (look is null && !isOver && Seconds - lookedAt >= LookSeconds)
                {
                    lookedAt = Seconds;
                    look = Task.Run(() => guarded.Session.LookAsync(ended.Token), ended.Token);
                }
            }

            return await guarded.Session.DecideAsync(cancellationToken);
        }
        finally
        {
            await ended.CancelAsync();
            if (look is not null)
            {
                await ((Task)look).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>No more than may be heard.</summary>
    private void Append(ReadOnlySpan<float> samples)
    {
        if (samples.IsEmpty)
        {
            return;
        }

        var left = (long)Math.Ceiling(options.LiveSeconds * rate) - _samples;
        samples = samples[..(int)Math.Min(samples.Length, left)];
        guarded.Session.Append(samples);
        _samples += samples.Length;
        _activeAt = time.GetTimestamp();
    }

    /// <summary>Waits until one of them is done, or a time is up.</summary>
    /// <exception cref="ProblemException">The service stops.</exception>
    private async Task AnyAsync(Task? received, Task? look, CancellationToken ended)
    {
        var life = Left(_begunAt, _longest);
        var idle = Left(_activeAt, _patience);
        var wait = look is null ? (idle < life ? idle : life)
            : received is null ? Timeout.InfiniteTimeSpan
            : life;
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(ended);
        var delay = Task.Delay(wait, time, awake.Token);
        var first = await Task.WhenAny(((Task?[])[received, look, delay]).OfType<Task>());
        await awake.CancelAsync();
        if (stopping.IsCancellationRequested)
        {
            throw new ProblemException(503, "stopping", "the service stops: connect again in a moment");
        }

        if (first == delay)
        {
            ended.ThrowIfCancellationRequested();
        }
    }

    private TimeSpan Left(long since, TimeSpan most) =>
        most - time.GetElapsedTime(since) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
}
