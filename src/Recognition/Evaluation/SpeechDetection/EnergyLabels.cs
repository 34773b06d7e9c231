using Speaker.Audio.Features;
using Speaker.Audio.Quality;
using Speaker.Audio.SpeechDetection;
using Speaker.Audio.SpeechDetection.TimeDelayNetwork;

namespace Speaker.Evaluation.SpeechDetection;

/// <summary>
/// Which frames of a clean recording are speech, by their energy between the recording's own noise floor and speech
/// level. Only good where the two lie far apart or speech fills the recording: it makes the labels that a
/// <see cref="SpeechNetwork"/> learns from.
/// </summary>
internal static class EnergyLabels
{
    private const double NoisePercentile = 0.10;
    private const double SpeechPercentile = 0.95;

    /// <summary>
    /// Between noise floor and speech level, dB. Below this a short recording is a word cut out tightly, whose quietest
    /// frames are speech too; in a longer one the labels would be guesses.
    /// </summary>
    private const double LeastRange = 15;

    private const double LongestWordSeconds = 2.5;

    /// <summary>How far from the floor to the speech level a frame must reach, but no more than the margin.</summary>
    private const double NoiseShare = 0.35;

    private const double NoiseMargin = 12;

    /// <summary>A frame this far below the speech level is not speech, dB.</summary>
    private const double SpeechRange = 30;

    private const double ShortestStretchSeconds = 0.03;
    private const double HangoverSeconds = 0.05;

    /// <param name="samples">Mono at the front end's rate.</param>
    /// <param name="frontEnd">Whose frames are labelled.</param>
    /// <returns>One a frame; null where noise floor and speech level are too near each other to tell.</returns>
    public static bool[]? Of(ReadOnlySpan<float> samples, FrontEndSpecification frontEnd)
    {
        ArgumentNullException.ThrowIfNull(frontEnd);
        if (samples.Length < frontEnd.FrameLength)
        {
            return null;
        }

        var levels = Array.ConvertAll(
            new FramePowers(frontEnd).Measure(samples).ToArray(), power => 10 * MathF.Log10(power));
        var sorted = levels.Order().ToArray();
        float Percentile(double share) => sorted[(int)(share * (sorted.Length - 1))];
        var (noise, speech) = (Percentile(NoisePercentile), Percentile(SpeechPercentile));
        var bound = speech - SpeechRange;
        if (speech - noise >= LeastRange)
        {
            bound = Math.Max(bound, noise + Math.Min(NoiseShare * (speech - noise), NoiseMargin));
        }
        else if (samples.Length > LongestWordSeconds * frontEnd.SampleRate)
        {
            return null;
        }

        var labels = Array.ConvertAll(levels, level => level > bound);
        double framesASecond = (double)frontEnd.SampleRate / frontEnd.HopLength;
        DropShortStretches(labels, (int)(ShortestStretchSeconds * framesASecond));
        return Widen(labels, (int)(HangoverSeconds * framesASecond));
    }

    private static void DropShortStretches(bool[] speech, int shortest)
    {
        for (var start = 0; start < speech.Length;)
        {
            var end = start;
            while (end < speech.Length && speech[end] == speech[start])
            {
                end++;
            }

            if (speech[start] && end - start < shortest)
            {
                speech.AsSpan(start, end - start).Clear();
            }

            start = end;
        }
    }

    private static bool[] Widen(bool[] speech, int frames)
    {
        var wide = new bool[speech.Length];
        for (var i = 0; i < speech.Length; i++)
        {
            if (speech[i])
            {
                var start = Math.Max(0, i - frames);
                wide.AsSpan(start, Math.Min(speech.Length, i + frames + 1) - start).Fill(true);
            }
        }

        return wide;
    }
}
