using Microsoft.Extensions.Logging;
using Speaker.Audio;
using Speaker.CommandLine.Options;
using Speaker.Enrolment.Audit;

namespace Speaker.Host.House.Voices;

/// <summary>Finds out whose voice an utterance is: by 1:1 verification where one speaker alone may pass, by
/// identification among everybody otherwise. Whatever goes wrong is a decision of its own that accepts
/// nobody.</summary>
#pragma warning disable CA1001 // the semaphore has nothing to release: nobody asks for its wait handle
internal sealed class VoiceJudge(ISpeakerRecognizer recognizer, HouseOptions options, ILogger logger)
#pragma warning restore CA1001
{
    /// <summary>Of recognitions, as many as there may be connections. One that nobody waits for any more has its place
    /// until it has ended: clients that come and go, or a store that answers nobody, take no more threads than
    /// that.</summary>
    private readonly SemaphoreSlim _places = new(options.MaximumConnections);

    /// <param name="satellite">Where it was heard, for the audit log.</param>
    /// <param name="sound">The whole utterance.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="OperationCanceledException">The token says so.</exception>
    public async Task<VoiceDecision> JudgeAsync(
        string satellite, AudioInput sound, CancellationToken cancellationToken)
    {
        AuditActor.Current = $"house {satellite}";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(options.RecognitionSeconds));
        try
        {
            await _places.WaitAsync(limit.Token);
            // On another thread and waited for from outside: a store that another process holds blocks its caller.
            return VoiceDecision.Of(await Task.Run(() => RecognizeAsync(sound, limit.Token)).WaitAsync(limit.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            logger.RecognitionTimedOut(options.RecognitionSeconds);
            return VoiceDecision.TimedOut;
        }
#pragma warning disable CA1031 // whatever it is, the voice is not known
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            logger.RecognitionFailed(exception);
            return VoiceDecision.Failed;
        }
    }

    private async Task<Decision> RecognizeAsync(AudioInput sound, CancellationToken cancellationToken)
    {
        try
        {
            return options.AllowedSpeakers() is [var only]
                ? await recognizer.VerifyAsync(only, sound, cancellationToken)
                : await recognizer.IdentifyAsync(sound, cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }
}
