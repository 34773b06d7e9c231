using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Speaker.Host.Live;

namespace Speaker.Host.Tests.Live;

/// <summary>When a live verification is looked at, and when it ends.</summary>
public sealed class LiveListeningTests
{
    private const int Block = 1600;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task RunAsync_SourceThatWaits_IsLookedAtEveryHalfSecondAndDecidedAtItsEnd()
    {
        var session = new Session();
        var display = new Display();

        var decision = await session.Listening.RunAsync(
            new Source(isLive: false, blocks: 17), double.PositiveInfinity, display,
            CancellationToken.None);

        Assert.Equal([0.5, 1, 1.5], display.Looks.Select(look => look.State.Seconds));
        Assert.Equal(17, display.Blocks);
        Assert.Equal("decision after 1.7 s", decision.Message);
    }

    [Fact]
    public async Task RunAsync_EvidenceThatIsEnough_EndsTheListeningWithThatLook()
    {
        var session = new Session { VerdictAfter = 1 };
        var source = new Source(isLive: false, blocks: 1000);

        var decision = await session.Listening.RunAsync(
            source, double.PositiveInfinity, new Display(), CancellationToken.None);

        Assert.Equal("look after 1 s", decision.Message);
        Assert.True(source.IsClosed);
        Assert.Equal(10 * Block, session.Heard);
    }

    [Fact]
    public async Task RunAsync_Seconds_AreTheMostThatIsHeard()
    {
        var session = new Session();

        var decision = await session.Listening.RunAsync(
            new Source(isLive: false, blocks: 1000), 1.25, new Display(), CancellationToken.None);

        Assert.Equal(20_000, session.Heard);
        Assert.Equal("decision after 1.25 s", decision.Message);
    }

    [Fact]
    public async Task RunAsync_LookThatTakesLong_IsFollowedByOneLookAtAllThatCame()
    {
        var slow = new TaskCompletionSource();
        var session = new Session { BeforeFirstLook = slow.Task };
        var source = new Source(isLive: true, blocks: 0);
        var display = new Display();
        var listening = session.Listening.RunAsync(
            source, double.PositiveInfinity, display, CancellationToken.None);

        source.Give(20);
        Assert.True(SpinWait.SpinUntil(() => session.Heard == 20 * Block, Patience));
        Assert.Empty(display.Looks);
        slow.SetResult();
        Assert.True(SpinWait.SpinUntil(() => display.Looks.Count == 1, Patience));
        source.Give(1);
        source.End();
        await listening.WaitAsync(Patience);

        Assert.Equal([0.5, 2.1], display.Looks.Select(look => look.State.Seconds));
        Assert.Equal([1.5, 0], display.Looks.Select(look => Math.Round(look.BehindSeconds, 3)));
    }

    [Fact]
    public async Task RunAsync_CancelledWhileNothingComes_EndsAndClosesTheSource()
    {
        using var stop = new CancellationTokenSource();
        var source = new Source(isLive: true, blocks: 0);
        var listening = new Session().Listening.RunAsync(source, double.PositiveInfinity, new Display(), stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening.WaitAsync(Patience));
        Assert.True(source.IsClosed);
    }

    /// <summary>A session that says nothing but how much it has heard.</summary>
    private sealed class Session
    {
        private int _heard;
        private bool _isLookedAt;

        public Session() => Listening = new LiveListening(
            block => Interlocked.Add(ref _heard, block.Length), _ => LookAsync(),
            _ => Task.FromResult(Said("decision")));

        public LiveListening Listening { get; }

        /// <summary>Samples.</summary>
        public int Heard => Volatile.Read(ref _heard);

        /// <summary>The evidence is enough after so many seconds.</summary>
        public double VerdictAfter { get; init; } = double.PositiveInfinity;

        public Task BeforeFirstLook { get; init; } = Task.CompletedTask;

        private async Task<LiveState> LookAsync()
        {
            var (seconds, said) = (Seconds(), Said("look"));
            var wait = _isLookedAt ? Task.CompletedTask : BeforeFirstLook;
            _isLookedAt = true;
            await wait;
            return new LiveState
            {
                Seconds = seconds,
                SpeechSeconds = seconds,
                SoFar = said,
                Verdict = seconds >= VerdictAfter ? Outcome.Accepted : null,
            };
        }

        private double Seconds() => Heard / 16000.0;

        private Decision Said(string what) => new()
        {
            Outcome = Outcome.Accepted,
            Reason = Reason.WithinThreshold,
            Message = FormattableString.Invariant($"{what} after {Seconds()} s"),
            Threshold = 1,
            TotalSeconds = Seconds(),
            SpeechSeconds = Seconds(),
            ModelHash = "",
        };
    }

    private sealed class Display : ILiveDisplay
    {
        public List<LiveLook> Looks { get; } = [];

        public int Blocks { get; private set; }

        public void Hear(double seconds, double? level) => Blocks++;

        public void Show(LiveLook look) => Looks.Add(look);

        public void Notice(string text)
        {
        }
    }

    /// <summary>Silent blocks of a tenth of a second: so many at once, and what is given later.</summary>
    private sealed class Source : ISoundSource
    {
        private readonly Channel<float[]> _blocks = Channel.CreateUnbounded<float[]>();

        public Source(bool isLive, int blocks)
        {
            IsLive = isLive;
            Give(blocks);
            if (!isLive)
            {
                End();
            }
        }

        public string? File => null;

        public string Name => "test";

        public bool IsLive { get; }

        public double? LatencySeconds => null;

        public bool IsClosed { get; private set; }

        public void Give(int blocks)
        {
            for (var i = 0; i < blocks; i++)
            {
                _blocks.Writer.TryWrite(new float[Block]);
            }
        }

        public void End() => _blocks.Writer.Complete();

        public async IAsyncEnumerable<float[]> ReadAsync(
            Action<string> notice, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            try
            {
                await foreach (var block in _blocks.Reader.ReadAllAsync(cancellationToken))
                {
                    yield return block;
                }
            }
            finally
            {
                IsClosed = true;
            }
        }
    }
}
