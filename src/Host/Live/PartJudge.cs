using System.Globalization;
using Speaker.Enrolment;
using Speaker.Recognition;
using Speaker.Scoring;

namespace Speaker.Host.Live;

/// <summary>
/// Judges the parts of an enrolment that listens, as they come. Stricter than an enrolment of files: what makes later
/// answers less sure is refused, since it can be said again at once. Whether the voice is known under another name is
/// found out at the end.
/// </summary>
internal sealed class PartJudge
{
    private readonly Coherence? _coherence;
    private readonly EnrolmentOptions _options;
    private readonly List<TrialSide> _voice;
    private readonly int _recordingsBefore;
    private readonly double _secondsBefore;
    private int _accepted;
    private double _acceptedSeconds;
    private int _judged;

    /// <param name="coherence">What one voice is; null where the model was never calibrated.</param>
    /// <param name="options">What makes a good enrolment.</param>
    /// <param name="existing">What the speaker has already.</param>
    public PartJudge(Coherence? coherence, EnrolmentOptions options, IReadOnlyList<StoredUtterance> existing)
    {
        _coherence = coherence;
        _options = options;
        _voice = [.. existing.Select(Side).OfType<TrialSide>()];
        _recordingsBefore = existing.Count;
        _secondsBefore = existing.Sum(utterance => utterance.SpeechSeconds);

        TrialSide? Side(StoredUtterance utterance) =>
            _coherence?.Side(utterance.Embedding, utterance.SpeechSeconds);
    }

    /// <summary>Of the enrolment, with what was accepted.</summary>
    public EnrolmentProgress Progress => EnrolmentProgress.Of(
        _recordingsBefore + _accepted, _secondsBefore + _acceptedSeconds, _options);

    /// <summary>Whether what there is makes an enrolment; of a speaker who had enough before, one part more.</summary>
    public bool IsEnough => _accepted > 0 && Progress.Share >= 1;

    /// <summary>The verdict on the next part.</summary>
    public JudgedPart Judge(EmbeddingResult sample)
    {
        var side = sample.IsUsable ? _coherence?.Side(sample.Embedding, sample.SpeechSeconds) : null;
        var (distance, bound) = side is not null && _voice.Count > 0
            ? _coherence!.Between([side], _voice)
            : ((double?)null, double.PositiveInfinity);
        var (reason, message) = Verdict(sample, distance, bound);
        if (reason == Reason.Enrolled)
        {
            _accepted++;
            _acceptedSeconds += sample.SpeechSeconds;
            if (side is not null)
            {
                _voice.Add(side);
            }
        }

        return new JudgedPart(++_judged, reason, message, sample, distance, Progress);
    }

    private static (Reason Reason, string Message) Verdict(EmbeddingResult sample, double? distance, double bound)
    {
        if (!sample.IsUsable)
        {
            return (sample.Reason, sample.Message);
        }

        foreach (var warning in sample.Warnings)
        {
            if (ReasonOf(warning.Issue) is { } reason)
            {
                return (reason, warning.Message);
            }
        }

        return distance > bound
            ? (Reason.SeveralVoices, string.Create(
                CultureInfo.InvariantCulture,
                $"another voice than before: distance {distance:0.000} is beyond {bound:0.000}; one person speaks at a time"))
            : (Reason.Enrolled, "");
    }

    /// <summary>Null: it can be enrolled all the same, as the next part would be no better.</summary>
    private static Reason? ReasonOf(QualityIssue issue) => issue switch
    {
        QualityIssue.LittleSpeech => Reason.TooShort,
        QualityIssue.Noisy => Reason.Noisy,
        QualityIssue.Clipped => Reason.Clipped,
        QualityIssue.Quiet => Reason.Silent,
        QualityIssue.SeveralVoices => Reason.SeveralVoices,
        _ => null,
    };
}
