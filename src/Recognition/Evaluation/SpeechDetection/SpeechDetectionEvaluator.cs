using System.Globalization;
using Speaker.Audio.Features;
using Speaker.Audio.SpeechDetection;
using Speaker.Audio.SpeechDetection.TimeDelayNetwork;
using Speaker.Augmentation;
using Speaker.Corpora;
using Speaker.Numerics;

namespace Speaker.Evaluation.SpeechDetection;

/// <summary>
/// Measures a speech detector: on speech with a second of the same noise before and after it, and on noise alone. What
/// is speech is taken from the clean recording's energy, see <see cref="EnergyLabels"/>.
/// </summary>
internal static class SpeechDetectionEvaluator
{
    private const int MarginFrames = 100;
    private const int Utterances = 600;

    private static readonly double?[] Conditions = [null, 20, 10, 5];

    /// <param name="network">The detector's.</param>
    /// <param name="utterances">Recordings it has not seen.</param>
    /// <param name="noises">Sounds it has not seen.</param>
    /// <param name="minimumSpeechSeconds">With less speech a recording is refused.</param>
    /// <param name="skip">Called with each recording that cannot be read.</param>
    /// <param name="cancellationToken">Stops the measuring.</param>
    public static DetectionReport Measure(
        SpeechNetwork network,
        IReadOnlyList<CorpusUtterance> utterances,
        IReadOnlyList<NoiseSound> noises,
        double minimumSpeechSeconds,
        Action<SkippedUtterance> skip,
        CancellationToken cancellationToken = default)
    {
        var frontEnd = new FrontEndSpecification();
        var detector = new SpeechDetector(frontEnd, network);
        var speech = LabelledRecordings.Load(utterances, Utterances, 0, skip, cancellationToken);
        bool Refuses(SpeechMap map) =>
            map.SpeechFrames * frontEnd.HopLength < minimumSpeechSeconds * frontEnd.SampleRate;

        var conditions = Conditions.Select(decibels =>
        {
            var (kept, frames, passed, others, refused) = (0L, 0L, 0L, 0L, 0);
            for (var i = 0; i < speech.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var map = detector.Detect(Mix(speech[i], noises, decibels, i, frontEnd.HopLength));
                refused += Refuses(map) ? 1 : 0;
                for (var frame = 0; frame < map.Count; frame++)
                {
                    var place = frame - MarginFrames;
                    var isSpeech = place >= 0 && place < speech[i].Labels.Length && speech[i].Labels[place];
                    var found = map.Frames[frame];
                    frames += isSpeech ? 1 : 0;
                    kept += isSpeech && found ? 1 : 0;
                    others += isSpeech ? 0 : 1;
                    passed += !isSpeech && found ? 1 : 0;
                }
            }

            return new DetectionFigures(
                decibels is { } value ? value.ToString("0 'dB'", CultureInfo.InvariantCulture) : "clean",
                speech.Count,
                (double)kept / frames,
                (double)passed / others,
                (double)refused / speech.Count);
        }).ToArray();
        var kinds = noises.GroupBy(noise => noise.Kind, StringComparer.Ordinal).Select(kind => new RefusalFigures(
            kind.Key,
            kind.Count(),
            kind.Average(noise => Refuses(detector.Detect(noise.Samples)) ? 1.0 : 0))).ToArray();
        return new DetectionReport(conditions, kinds);
    }

    private static float[] Mix(
        LabelledSpeech speech, IReadOnlyList<NoiseSound> noises, double? decibels, int number, int hop)
    {
        var sound = new float[speech.Samples.Length + (2 * MarginFrames * hop)];
        speech.Samples.CopyTo(sound, MarginFrames * hop);
        if (decibels is { } ratio)
        {
            var random = SplitRandom.For(number);
            var noise = noises[random.Next(noises.Count)].Samples;
            var power = 0.0;
            foreach (var sample in noise)
            {
                power += sample * sample;
            }

            // Speech lies at a root mean square of 0.05: see LabelledSpeech.
            var gain = (float)(0.05 / Math.Sqrt((power / noise.Length) + 1e-12) * Math.Pow(10, -ratio / 20));
            var place = random.Next(noise.Length);
            for (var i = 0; i < sound.Length; i++)
            {
                sound[i] += gain * noise[place];
                place = (place + 1) % noise.Length;
            }
        }

        return sound;
    }
}
