using Speaker.Audio.Quality;
using Speaker.Audio;

namespace Speaker.Host.Live;

/// <summary>
/// Listens to a source and looks at the decision every half second of its sound, until the evidence is enough or the
/// sound has ended.
/// </summary>
/// <remarks>
/// A source that waits is looked at after every half second, so that a recording gives the same looks on any machine. One
/// that comes in its own time goes on during a look; the next look is then at all that came: looks are left out on a
/// machine that is too slow for them, and never wait in a queue.
/// </remarks>
internal sealed class LiveListening
{
    private const int LookSamples = AudioFile.SampleRate / 2;

    private readonly Action<ReadOnlyMemory<float>> _append;
    private readonly Func<CancellationToken, Task<LiveState>> _look;
    private readonly Func<CancellationToken, Task<Decision>> _decide;

    /// <param name="append">Adds 16 kHz mono sound.</param>
    /// <param name="look">At what was added before.</param>
    /// <param name="decide">Over what was added before.</param>
    public LiveListening(
        Action<ReadOnlyMemory<float>> append,
        Func<CancellationToken, Task<LiveState>> look,
        Func<CancellationToken, Task<Decision>> decide) => (_append, _look, _decide) = (append, look, decide);

    public LiveListening(LiveSession session)
        : this(block => session.Append(block.Span), session.LookAsync, session.DecideAsync)
    {
    }

    /// <summary>Listens.</summary>
    /// <param name="source">Listened to until the decision.</param>
    /// <param name="seconds">Of sound, at most.</param>
    /// <param name="display">Told of each block and each look, one after the other.</param>
    /// <param name="cancellationToken">Ends it without a decision.</param>
    /// <returns>The decision of the look that found the evidence to be enough, or over all of the sound.</returns>
    /// <exception cref="AudioException">The source fails.</exception>
    /// <exception cref="OperationCanceledException">The token says so.</exception>
    public async Task<Decision> RunAsync(
        ISoundSource source, double seconds, ILiveDisplay display, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var sound = new PendingBlocks(source.ReadAsync(display.Notice, stop.Token), stop);
        var left = (long)Math.Min(seconds * AudioFile.SampleRate, long.MaxValue);
        long heard = 0;
        var nextLook = (long)LookSamples;
        Task<LiveState>? look = null;
        while (left > 0)
        {
            var next = sound.NextAsync();
            while (look is not null && (!source.IsLive || await Task.WhenAny(next, look) == look))
            {
                if (Verdict(await look) is { } decision)
                {
                    return decision;
                }

                look = null;
            }

            if (await next is not { } block)
            {
                break;
            }

            var taken = (int)Math.Min(block.Length, left);
            _append(block.AsMemory(0, taken));
            heard += taken;
            left -= taken;
            display.Hear(Seconds(heard), SoundLevel.Of(block));
            if (look is null && heard >= nextLook)
            {
                look = _look(stop.Token);
                nextLook = ((heard / LookSamples) + 1) * LookSamples;
            }
        }

        return (look is null ? null : Verdict(await look)) ?? await _decide(cancellationToken);

        Decision? Verdict(LiveState state)
        {
            var behind = Math.Max(0, Seconds(heard) - state.Seconds);
            display.Show(new LiveLook(state, behind, source.LatencySeconds));
            return state.Verdict is null ? null : state.SoFar;
        }
    }

    private static double Seconds(long samples) => (double)samples / AudioFile.SampleRate;

    /// <summary>Blocks of which one may still be awaited when nobody wants it any more.</summary>
    private sealed class PendingBlocks(IAsyncEnumerable<float[]> blocks, CancellationTokenSource stop) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<float[]> _blocks = blocks.GetAsyncEnumerator(stop.Token);
        private Task<float[]?>? _next;

        /// <returns>Null at the end of the sound.</returns>
        public Task<float[]?> NextAsync() => _next = TakeAsync();

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            if (_next is not null)
            {
                // An enumerator is disposed of only when it is not at work.
                await ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await _blocks.DisposeAsync();
        }

        private async Task<float[]?> TakeAsync() => await _blocks.MoveNextAsync() ? _blocks.Current : null;
    }
}
