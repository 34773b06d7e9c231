using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Audio.Fingerprints;
using Speaker.Audio.Resampling;
using Speaker.Recognition;

namespace Speaker;

/// <summary>
/// Verifies sound that comes block by block: push blocks, look at any time at where it stands, and ask for the decision.
/// A look costs what came since the last one. A decision judges everything that was pushed as one recording, so that the
/// last one is what <see cref="ISpeakerRecognizer.VerifyAsync"/> says of the whole. Memory and the work of a decision are
/// those of one segment, 90 s, however long the session.
/// </summary>
/// <remarks>
/// Thread safe: one thread may push while another asks. At other rates than 16 kHz the last 92 cycles of the lower rate,
/// 6 ms of 48 kHz sound, count only once more sound follows them. With <see cref="SpeakerOptions.Replay"/> decisions and
/// verdicts are rejected of sound that was heard before, and what is accepted is remembered.
/// </remarks>
public sealed class LiveSession
{
    private readonly Lock _lock = new();
    private readonly LiveJudge _judge;
    private readonly RecordingEmbedder.GrowingSound _sound;
    private readonly PushedSamples? _resampled;
    private readonly Func<Decision, AudioFingerprint?, object, CancellationToken, Task<Decision>> _conclude;
    private Judged? _last;
    private Decided? _verdict;

    /// <param name="judge">Decides.</param>
    /// <param name="sound">Takes the sound.</param>
    /// <param name="sampleRate">Of the blocks.</param>
    /// <param name="conclude">What becomes of a decision, with the sound that it is over where that is to be known again;
    /// asked with this session.</param>
    internal LiveSession(
        LiveJudge judge,
        RecordingEmbedder.GrowingSound sound,
        int sampleRate,
        Func<Decision, AudioFingerprint?, object, CancellationToken, Task<Decision>> conclude)
    {
        _judge = judge;
        _sound = sound;
        _resampled = sampleRate == AudioFile.SampleRate ? null : new PushedSamples(sampleRate);
        _conclude = conclude;
    }

    /// <summary>Length of what was pushed, in seconds.</summary>
    public double Seconds => _sound.Seconds;

    /// <summary>Adds sound.</summary>
    /// <param name="block">[N], mono, full scale 1, at the session's rate; any length. Copied.</param>
    /// <exception cref="AudioException">A sample is not a finite number; the block was not added.</exception>
    public void Append(ReadOnlySpan<float> block)
    {
        SampleChecks.RequireFinite(block, "block");
        if (_resampled is null)
        {
            _sound.Append(block);
            return;
        }

        lock (_lock)
        {
            _sound.Append(_resampled.Push(block));
        }
    }

    /// <summary>Where the session stands: what a display shows, and whether the evidence is enough already. The decision
    /// so far moves with each half second of speech. It is near the one of <see cref="DecideAsync"/>, and not the same:
    /// what was heard is not gone over again.</summary>
    /// <param name="cancellationToken">Stops the waiting for a place among the recordings that are worked on.</param>
    public async Task<LiveState> LookAsync(CancellationToken cancellationToken = default)
    {
        var heard = await _sound.HearAsync(cancellationToken).ConfigureAwait(false);
        var judged = await JudgeAsync(heard, cancellationToken).ConfigureAwait(false);
        return new LiveState
        {
            Seconds = heard.TotalSeconds,
            SpeechSeconds = heard.SpeechSeconds,
            Level = heard.Level,
            IsSpeech = heard.IsSpeech,
            SoFar = judged.Decided.SoFar,
            WindowDistance = judged.WindowDistance,
            Verdict = judged.Decided.Verdict,
        };
    }

    /// <summary>The decision over everything that was pushed so far.</summary>
    /// <param name="cancellationToken">Stops the waiting for a place among the recordings that are worked on.</param>
    public async Task<Decision> DecideAsync(CancellationToken cancellationToken = default)
    {
        var heard = await _sound.EmbedAsync(cancellationToken).ConfigureAwait(false);
        return await _conclude(
            _judge.Decide(heard), heard.IsUsable ? _sound.ToFingerprint() : null, this, cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task<Judged> JudgeAsync(LiveHearing heard, CancellationToken cancellationToken)
    {
        if (_last is { } last && ReferenceEquals(last.Heard, heard.Whole))
        {
            return last;
        }

        var judged = new Judged(
            heard.Whole, _judge.WindowDistance(heard), _verdict ?? await DecideEarlyAsync().ConfigureAwait(false));
        _last = judged;
        return judged;

        async Task<Decided> DecideEarlyAsync()
        {
            var (soFar, verdict) = _judge.Judge(heard);
            if (verdict is not null)
            {
                soFar = await _conclude(
                    soFar, verdict == Outcome.Accepted ? _sound.ToFingerprint() : null, this, cancellationToken)
                    .ConfigureAwait(false);
                verdict = soFar.Outcome;
            }

            var decided = new Decided(soFar, verdict);
            // The first one stays, also where two looks come at a time.
            return verdict is null ? decided : Interlocked.CompareExchange(ref _verdict, decided, null) ?? decided;
        }
    }

    /// <summary>What was made of a step.</summary>
    private sealed record Judged(EmbeddingResult Heard, double? WindowDistance, Decided Decided);

    private sealed record Decided(Decision SoFar, Outcome? Verdict);
}
