using Microsoft.Extensions.Logging;
using Speaker.Audio;
using Speaker.CommandLine.Options;
using Speaker.Host.Tenants;

namespace Speaker.Host.Http;

/// <summary>Verifications of every endpoint that has any: what counts against a claimed speaker is counted once.</summary>
internal sealed class GuardedVerification(
    ClaimGuard claims, HttpOptions options, ServiceMetrics metrics, ILogger logger)
{
    /// <summary>Verifies, unless the speaker was claimed too often.</summary>
    /// <param name="tenant">Whose speaker it is.</param>
    /// <param name="speaker">The normalised name.</param>
    /// <param name="recording">The voice.</param>
    /// <param name="isAnswered">Whether the caller gets to know the decision: others do not count against the
    /// speaker.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <param name="admit">What else has to be in order before the recording is listened to; it throws where it is
    /// not.</param>
    /// <exception cref="ProblemException">The speaker is locked out, or was claimed too often.</exception>
    public Task<Decision> DecideAsync(
        Tenant tenant,
        string speaker,
        AudioInput recording,
        Func<Decision, bool> isAnswered,
        CancellationToken cancellationToken,
        Action? admit = null) => GuardedAsync(
            tenant, speaker,
            () =>
            {
                admit?.Invoke();
                return tenant.Recognizer.VerifyAsync(speaker, recording, isAnswered, cancellationToken);
            },
            answer => isAnswered(answer) ? answer.Outcome : null);

    /// <summary>Identifies among candidates that the caller names. Among one alone that is a verification, and counts
    /// as one.</summary>
    /// <param name="tenant">Whose speakers they are.</param>
    /// <param name="candidates">Normalised names, each once.</param>
    /// <param name="recording">The voice.</param>
    /// <param name="isAnswered">As <see cref="DecideAsync"/> takes it.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The decision, and the trial of each candidate.</returns>
    /// <exception cref="ProblemException">The only candidate is locked out, or was claimed too often.</exception>
    public Task<(Decision Decision, IReadOnlyList<Decision> Trials)> DecideAmongAsync(
        Tenant tenant,
        IReadOnlyList<string> candidates,
        AudioInput recording,
        Func<Decision, bool> isAnswered,
        CancellationToken cancellationToken)
    {
        return candidates is [var only]
            ? GuardedAsync(
                tenant, only, IdentifyAsync, found => isAnswered(found.Decision) ? found.Decision.Outcome : null)
            : IdentifyAsync();

        Task<(Decision Decision, IReadOnlyList<Decision> Trials)> IdentifyAsync() =>
            tenant.Recognizer.IdentifyAmongAsync(candidates, recording, isAnswered, cancellationToken);
    }

    /// <summary>Begins to verify sound that is still to come, unless the speaker was claimed too often.</summary>
    /// <param name="tenant">Whose speaker it is.</param>
    /// <param name="speaker">The normalised name.</param>
    /// <param name="request">What will come.</param>
    /// <param name="cancellationToken">Stops the waiting for the store.</param>
    /// <exception cref="ProblemException">The speaker is locked out, or was claimed too often.</exception>
    public async Task<GuardedSession> BeginAsync(
        Tenant tenant, string speaker, LiveRequest request, CancellationToken cancellationToken)
    {
        claims.Begin(tenant.Name, speaker);
        try
        {
            return new GuardedSession(
                await tenant.Recognizer.StartLiveAsync(speaker, request, cancellationToken),
                outcome => End(tenant, speaker, outcome));
        }
        catch
        {
            End(tenant, speaker, null);
            throw;
        }
    }

    /// <summary>Decides on a claim, and counts what its caller gets to know.</summary>
    private async Task<T> GuardedAsync<T>(
        Tenant tenant, string speaker, Func<Task<T>> decide, Func<T, Outcome?> outcomeOf)
    {
        Outcome? outcome = null;
        claims.Begin(tenant.Name, speaker);
        try
        {
            var answer = await decide();
            outcome = outcomeOf(answer);
            return answer;
        }
        finally
        {
            End(tenant, speaker, outcome);
        }
    }

    private void End(Tenant tenant, string speaker, Outcome? outcome)
    {
        if (claims.End(tenant.Name, speaker, outcome))
        {
            metrics.LockedOut();
            logger.LockedOut(speaker, options.LockOutSeconds);
        }
    }
}
