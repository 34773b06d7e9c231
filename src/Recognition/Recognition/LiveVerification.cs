using Speaker.Audio;
using Speaker.Audio.Capture;
using Speaker.Audio.Files;
using Speaker.Scoring;

namespace Speaker.Recognition;

/// <summary>
/// Verifies the microphone while one speaks: once a second everything heard so far is judged as one recording, by the
/// same path as a file, so that the last answer is what <c>verify</c> would say of the whole. Memory and the work of an
/// answer are those of one segment, however long one listens.
/// </summary>
internal sealed class LiveVerification(UtteranceEmbedder embedder, Verifier verifier, Microphone microphone)
{
    /// <param name="heard">Called once a second with the answer so far.</param>
    /// <returns>The answer after <paramref name="seconds"/> of sound, or over what there was if the device ended
    /// before.</returns>
    /// <exception cref="AudioException">The device cannot be opened or died.</exception>
    public async Task<Verification> RunAsync(
        string speaker,
        TrialSide voiceprint,
        DecisionThreshold threshold,
        double seconds,
        Action<Verification> heard,
        CancellationToken cancellationToken)
    {
        var sound = embedder.Begin();
        var left = (int)(seconds * AudioFile.SampleRate);
        var nextAnswer = 1.0;
        await foreach (var block in microphone.CaptureAsync(cancellationToken))
        {
            var taken = Math.Min(block.Length, left);
            sound.Append(block.AsSpan(0, taken));
            left -= taken;
            if (left == 0)
            {
                break;
            }

            if (sound.Seconds >= nextAnswer)
            {
                nextAnswer++;
                heard(Answer());
            }
        }

        return Answer();

        Verification Answer() => verifier.Decide(speaker, voiceprint, sound.Embed(), threshold);
    }
}
