using Speaker.Audio;
using Speaker.Host.Recognition;

namespace Speaker.Host.Live;

/// <summary>
/// Verifies the microphone while one speaks: once a second everything heard so far is judged as one recording, by the
/// same path as a file, so that the last answer is what <c>verify</c> would say of the whole.
/// </summary>
internal sealed class LiveVerification(UtteranceEmbedder embedder, Verifier verifier, Microphone microphone)
{
    private const int SampleRate = 16000;

    /// <param name="heard">Called once a second with the answer so far.</param>
    /// <returns>The answer after <paramref name="seconds"/> of sound, or over what there was if the device ended
    /// before.</returns>
    /// <exception cref="AudioException">The device cannot be opened or died.</exception>
    public async Task<Verification> RunAsync(
        string speaker,
        float[] voiceprint,
        DecisionThreshold threshold,
        double seconds,
        Action<Verification> heard,
        CancellationToken cancellationToken)
    {
        var samples = new float[(int)(seconds * SampleRate)];
        var filled = 0;
        var nextAnswer = SampleRate;
        await foreach (var block in microphone.CaptureAsync(cancellationToken))
        {
            var taken = Math.Min(block.Length, samples.Length - filled);
            block.AsSpan(0, taken).CopyTo(samples.AsSpan(filled));
            filled += taken;
            if (filled == samples.Length)
            {
                break;
            }

            if (filled >= nextAnswer)
            {
                nextAnswer += SampleRate;
                heard(Answer());
            }
        }

        return Answer();

        Verification Answer() =>
            verifier.Decide(speaker, voiceprint, embedder.Embed(samples.AsSpan(0, filled)), threshold);
    }
}
