using Microsoft.Extensions.Logging.Abstractions;
using Speaker.Audio;
using Speaker.CommandLine.Options;
using Speaker.Host.House.Voices;

namespace Speaker.Host.Tests.House;

public sealed class VoiceJudgeTests
{
    /// <summary>A recognition that nobody waits for any more has its place until it ends; nobody is let in
    /// meanwhile.</summary>
    [Fact]
    public async Task JudgeAsync_RecognitionsThatDoNotEnd_AreNoMoreThanConnectionsMayBe()
    {
        var asked = 0;
        var release = new TaskCompletionSource<Decision>();
        var judge = new VoiceJudge(
            RecognizerStub.Of((_, _) =>
            {
                Interlocked.Increment(ref asked);
                return release.Task;
            }),
            new HouseOptions { MaximumConnections = 1, RecognitionSeconds = 1 }, NullLogger.Instance);
        Assert.Equal("timedOut", (await JudgeAsync()).Reason);
        // Whose client is gone before it has a place.
        using var gone = new CancellationTokenSource();
        var waiting = JudgeAsync(gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal("timedOut", (await JudgeAsync()).Reason);
        Assert.Equal(1, asked);

        release.SetResult(RecognizerStub.DecisionOf(Outcome.Accepted, "anna", Reason.WithinThreshold));
        var decision = VoiceDecision.TimedOut;
        for (var i = 0; i < 30 && decision == VoiceDecision.TimedOut; i++)
        {
            // The place is free a moment later.
            decision = await JudgeAsync();
        }

        Assert.Equal("anna", decision.Speaker);

        Task<VoiceDecision> JudgeAsync(CancellationToken cancellation = default) =>
            judge.JudgeAsync("kitchen", AudioInput.FromSamples(new float[16_000], 16_000), cancellation);
    }
}
