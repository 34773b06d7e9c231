using Microsoft.Extensions.Logging;
using Speaker.CommandLine.Options;
using Speaker.Enrolment.Audit;
using Speaker.Host.Http;
using Speaker.Host.Presentation;
using Speaker.Host.Telephone.Sound;
using Speaker.Host.Tenants;

namespace Speaker.Host.Telephone.Calls;

/// <summary>
/// Takes a call from its start to its decision, whatever brings the sound. Nothing but a decision lets anybody pass: a call
/// that ends in another way is inconclusive, and is told and kept as such.
/// </summary>
internal sealed class CallDesk(
    CallBook book,
    OpenTenants tenants,
    GuardedVerification verification,
    CallNotice notice,
    ServiceMetrics metrics,
    TelephoneOptions options,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>A decision that takes longer is none: nobody waits for it at the telephone.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <summary>Connections, whether their call has begun or not.</summary>
    public CallerPlaces Places { get; } = new(options.Calls, "calls", "Speaker:Telephone:Calls");

    /// <summary>The calls.</summary>
    public CallBook Book => book;

    /// <summary>Listens to a call.</summary>
    /// <param name="call">In the book, and listened to.</param>
    /// <param name="format">How its sound comes.</param>
    /// <param name="pump">Gives the sound, and ends with it; it is not waited for where the call ends before.</param>
    /// <param name="stopping">The service stops.</param>
    /// <returns>The call with what came of it, which is in the book, and on its way to whom the webhook
    /// names.</returns>
    public async Task<Call> RunAsync(
        Call call, SoundFormat format, Func<CallListener, Task<CallEnd>> pump, CancellationToken stopping)
    {
        logger.CallBegins(call.Id, call.Source!, format.Encoding, format.Rate);
        AuditActor.Current = call.Actor;
        var result = await ListenAsync(call, format, pump, stopping);
        metrics.Decided("telephone", DecisionPresenter.Word(result.Outcome), result.Code, result.Seconds);
        var ended = book.End(call, result);
        logger.CallEnds(
            call.Id, DecisionPresenter.Word(result.Outcome), result.Code, result.Seconds, result.End, result.Dropped,
            result.Lost);
        await notice.PutAsync(ended);
        return ended;
    }

    private static CallResult Undecided(CallEnd end, string code, string reason, CallListener? listener) => new(
        end, Outcome.Inconclusive, code, reason, null, listener?.Seconds ?? 0, listener?.Frames.Received ?? 0,
        listener?.Frames.Dropped ?? 0, listener?.Frames.Lost ?? 0);

    private static CallResult Decided(CallEnd end, Decision decision, CallListener listener) => new(
        end, decision.Outcome, ReasonCode.Of(decision.Reason), decision.Message, decision, listener.Seconds,
        listener.Frames.Received, listener.Frames.Dropped, listener.Frames.Lost);

    private async Task<CallResult> ListenAsync(
        Call call, SoundFormat format, Func<CallListener, Task<CallEnd>> pump, CancellationToken stopping)
    {
        CallListener? listener = null;
        try
        {
            using var use = tenants.Begin(call.Tenant);
            using var guarded = await verification.BeginAsync(
                use.Tenant, call.Speaker, new LiveRequest { SampleRate = format.Rate }, stopping);
            listener = new CallListener(guarded, format.Rate, options, time);
            // Before any sound, so that nobody speaks in vain.
            var first = await guarded.Session.DecideAsync(stopping);
            if (first.Reason is Reason.UnknownSpeaker or Reason.NobodyEnrolled)
            {
                return Undecided(CallEnd.Failure, ReasonCode.Of(first.Reason), first.Message, listener);
            }

            var end = await EndAsync(listener, pump, stopping);
            return IsDecided(end)
                ? Decided(end, guarded.Conclude(await DecideAsync(listener)), listener)
                : Undecided(end, CodeOf(end), ReasonOf(end), listener);
        }
        catch (CallException exception)
        {
            return Undecided(CallEnd.Invalid, exception.Code, exception.Message, listener);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return Undecided(CallEnd.Shutdown, CodeOf(CallEnd.Shutdown), ReasonOf(CallEnd.Shutdown), listener);
        }
#pragma warning disable CA1031 // a call ends without a decision, whatever happens, and its end is told
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (Problems.Of(exception) is { } problem)
            {
                return Undecided(CallEnd.Failure, problem.Code, problem.Message, listener);
            }

            logger.CallFailed(call.Id, exception);
            return Undecided(
                CallEnd.Failure, "internalError", $"internal error: {exception.GetType().Name}", listener);
        }
    }

    private static bool IsDecided(CallEnd? end) => end is CallEnd.Verdict or CallEnd.Stop or CallEnd.Limit;

    /// <summary>Waits until the call has ended, and where there is no decision for the look that is under way: if it
    /// rejects it counts, or breaking off in time would be a try for nothing.</summary>
    private async Task<CallEnd> EndAsync(
        CallListener listener, Func<CallListener, Task<CallEnd>> pump, CancellationToken stopping)
    {
        CallEnd? end = null;
        try
        {
            end = await listener.WaitAsync(pump(listener), stopping);
            return end.Value;
        }
        finally
        {
            if (!IsDecided(end))
            {
                await listener.SettleAsync().WaitAsync(_patience, time, stopping)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <exception cref="ProblemException">It takes too long.</exception>
    private async Task<Decision> DecideAsync(CallListener listener)
    {
        using var limit = new CancellationTokenSource(_patience, time);
        try
        {
            return await listener.DecideAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new ProblemException(
                503, "busy", $"the decision took more than {_patience.TotalSeconds:0} s: take fewer calls at a time " +
                "(Speaker:Telephone:Calls)");
        }
    }

    private static string CodeOf(CallEnd end) => end switch
    {
        CallEnd.Disconnect => "disconnected",
        CallEnd.Idle => "idle",
        CallEnd.Shutdown => "shutdown",
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, null),
    };

    private string ReasonOf(CallEnd end) => end switch
    {
        CallEnd.Disconnect => "the connection broke before the call ended",
        CallEnd.Idle => $"nothing came for {options.IdleSeconds} s (Speaker:Telephone:IdleSeconds)",
        CallEnd.Shutdown => "the service stops",
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, null),
    };
}
