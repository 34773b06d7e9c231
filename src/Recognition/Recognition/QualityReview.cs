using System.Globalization;
using Speaker.Audio;

namespace Speaker.Recognition;

/// <summary>
/// Holds a recording's quality against the bounds of the settings. It only warns: what cannot be trusted at all was
/// refused before there was an embedding.
/// </summary>
internal sealed class QualityReview(QualityOptions bounds)
{
    /// <param name="quality">Of the recording.</param>
    /// <param name="speechSeconds">Speech in it.</param>
    /// <param name="voiceDistance">Between its beginning and its end, by <see cref="VoiceChange"/>; null where there is
    /// too little speech to tell.</param>
    public IReadOnlyList<QualityWarning> Warnings(AudioQuality quality, double speechSeconds, double? voiceDistance)
    {
        var warnings = new List<QualityWarning>();
        if (speechSeconds < bounds.WarnBelowSpeechSeconds)
        {
            // Rounded down: never the seconds that would do.
            var seconds = Math.Floor((decimal)speechSeconds * 10) / 10;
            Warn(QualityIssue.LittleSpeech, string.Create(
                CultureInfo.InvariantCulture,
                $"short: {seconds:0.0} s of speech; the answer is surer with " +
                $"{bounds.WarnBelowSpeechSeconds:0.#} s or more"));
        }

        if (quality.SignalToNoise is { } ratio && ratio < bounds.WarnBelowSignalToNoise)
        {
            Warn(QualityIssue.Noisy, string.Create(
                CultureInfo.InvariantCulture,
                $"noisy: the speech is about {ratio:0} dB above the noise; the answer is surer with " +
                $"{bounds.WarnBelowSignalToNoise:0.#} dB or more; record nearer to the microphone or in a quieter " +
                $"place"));
        }

        if (quality.ClippedFraction > bounds.WarnAboveClippedFraction)
        {
            Warn(QualityIssue.Clipped, string.Create(
                CultureInfo.InvariantCulture,
                $"clipped: {quality.ClippedFraction:0.0#%} of the samples are cut off at the top; the answer is " +
                $"surer with {bounds.WarnAboveClippedFraction:0.0#%} or less; record at a lower level"));
        }

        if (quality.Bandwidth < bounds.WarnBelowBandwidth)
        {
            Warn(QualityIssue.NarrowBand, string.Create(
                CultureInfo.InvariantCulture,
                $"narrow band: nothing above {quality.Bandwidth / 1000:0.0} kHz, as in a telephone or an " +
                $"upsampled 8 kHz recording; the answer is surer with {bounds.WarnBelowBandwidth / 1000:0.0#} kHz or " +
                $"more; compare it with voices recorded the same way"));
        }

        if (quality.SpeechLevel < bounds.WarnBelowSpeechLevel)
        {
            Warn(QualityIssue.Quiet, string.Create(
                CultureInfo.InvariantCulture,
                $"quiet: speech at {quality.SpeechLevel:0} dBFS; the answer is surer with " +
                $"{bounds.WarnBelowSpeechLevel:0.#} dBFS or more; record nearer to the microphone or at a higher " +
                $"level"));
        }

        if (voiceDistance is { } distance && distance > bounds.WarnAboveVoiceDistance)
        {
            Warn(QualityIssue.SeveralVoices, string.Create(
                CultureInfo.InvariantCulture,
                $"more than one voice? the beginning and the end are {distance:0.00} apart, for one voice seldom " +
                $"more than {bounds.WarnAboveVoiceDistance:0.00}; record one speaker at a time"));
        }

        foreach (var note in quality.Notes)
        {
            Warn(IssueOf(note.Issue), note.Message);
        }

        return warnings;

        void Warn(QualityIssue issue, string message) => warnings.Add(new QualityWarning(issue, message));
    }

    private static QualityIssue IssueOf(RecordingIssue issue) => issue switch
    {
        RecordingIssue.Cut => QualityIssue.Cut,
        RecordingIssue.UnfinishedHeader => QualityIssue.UnfinishedHeader,
        RecordingIssue.OppositeChannels => QualityIssue.OppositeChannels,
        RecordingIssue.IntegerUnits => QualityIssue.IntegerUnits,
        _ => throw new ArgumentOutOfRangeException(nameof(issue), issue, null),
    };
}
