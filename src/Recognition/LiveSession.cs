using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Audio.Resampling;
using Speaker.Recognition;
using Speaker.Scoring;

namespace Speaker;

/// <summary>
/// Verifies sound that comes block by block: push blocks, and ask at any time for the decision so far. Everything that
/// was pushed is judged as one recording, so that the last decision is what <see cref="ISpeakerRecognizer.VerifyAsync"/>
/// says of the whole. Memory and the work of a decision are those of one segment, 90 s, however long the session.
/// </summary>
/// <remarks>
/// Thread safe: one thread may push while another asks. At other rates than 16 kHz the last 92 cycles of the lower rate,
/// 6 ms of 48 kHz sound, count only once more sound follows them.
/// </remarks>
public sealed class LiveSession
{
    private readonly Lock _lock = new();
    private readonly string _speaker;
    private readonly TrialSide? _voiceprint;
    private readonly DecisionThreshold _threshold;
    private readonly Verifier _verifier;
    private readonly RecordingEmbedder.GrowingSound _sound;
    private readonly PushedSamples? _resampled;

    internal LiveSession(
        string speaker,
        TrialSide? voiceprint,
        DecisionThreshold threshold,
        Verifier verifier,
        RecordingEmbedder.GrowingSound sound,
        int sampleRate)
    {
        _speaker = speaker;
        _voiceprint = voiceprint;
        _threshold = threshold;
        _verifier = verifier;
        _sound = sound;
        _resampled = sampleRate == AudioFile.SampleRate ? null : new PushedSamples(sampleRate);
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

    /// <summary>Where the session stands: what a display shows, and whether the evidence is enough already.</summary>
    /// <param name="cancellationToken">Stops the waiting for a place among the recordings that are worked on.</param>
    public async Task<LiveState> LookAsync(CancellationToken cancellationToken = default)
    {
        var decision = await DecideAsync(cancellationToken).ConfigureAwait(false);
        return new LiveState { Seconds = decision.TotalSeconds, SpeechSeconds = decision.SpeechSeconds, SoFar = decision };
    }

    /// <summary>The decision over everything that was pushed so far.</summary>
    /// <param name="cancellationToken">Stops the waiting for a place among the recordings that are worked on.</param>
    public async Task<Decision> DecideAsync(CancellationToken cancellationToken = default) => _verifier.Decide(
        _speaker, _voiceprint, await _sound.EmbedAsync(cancellationToken).ConfigureAwait(false), _threshold);
}
