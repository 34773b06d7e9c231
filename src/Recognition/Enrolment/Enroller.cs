using Speaker.Options;
using System.Globalization;
using Microsoft.Extensions.Options;
using Speaker.Enrolment.Sqlite;
using Speaker.Recognition;
using Speaker.Scoring;

namespace Speaker.Enrolment;

/// <summary>
/// Adds utterances to a speaker. An utterance that is not like the speaker's others is refused, with its distance: no
/// enrolment drifts from one voice to another unnoticed.
/// </summary>
internal sealed class Enroller(
    UtteranceEmbedder embedder, DecisionThresholds thresholds, StoreLocation stores, IOptions<EnrolmentOptions> options)
{
    /// <summary>
    /// Judges every candidate and stores the accepted ones in one transaction.
    /// </summary>
    /// <param name="consent">What the speaker consented to; null if nothing is to be noted.</param>
    /// <exception cref="StoreException">The store is of another model, damaged, full or not to be opened; nothing was
    /// written.</exception>
    public EnrolmentReport Enroll(
        string speaker, IReadOnlyList<EnrolmentCandidate> candidates, string? consent,
            CancellationToken cancellationToken)
    {
        SpeakerName.Check(speaker);
        using var store = stores.Open();
        using var transaction = store.BeginEnrolment(speaker, embedder.ModelHash);
        var verdicts = Judge(candidates, transaction.Existing);
        cancellationToken.ThrowIfCancellationRequested();
        var accepted = new List<StoredUtterance>();
        for (var i = 0; i < candidates.Count; i++)
        {
            if (verdicts[i].Status == UtteranceStatus.Accepted)
            {
                var embedded = (Embedded)candidates[i].Result;
                accepted.Add(new StoredUtterance(embedded.Embedding, embedded.SpeechSeconds, candidates[i].Source));
                transaction.Add(accepted[^1], consent);
            }
        }

        transaction.Commit();
        var seconds = transaction.Existing.Concat(accepted).Sum(utterance => utterance.SpeechSeconds);
        return new EnrolmentReport(
            speaker, verdicts, transaction.Existing.Count + accepted.Count, seconds, Progress(seconds),
                embedder.ModelHash);
    }

    /// <summary>Share of a good enrolment, 0 to 1, that so much speech makes.</summary>
    public double Progress(double speechSeconds) => Math.Min(1, speechSeconds / options.Value.GoodSpeechSeconds);

    private UtteranceVerdict[] Judge(IReadOnlyList<EnrolmentCandidate> candidates,
        IReadOnlyList<StoredUtterance> existing)
    {
        var members = existing.Select(utterance => utterance.Embedding).ToList();
        var verdicts = new UtteranceVerdict[candidates.Count];
        foreach (var i in InOrderOfTrust(candidates, members.Count > 0))
        {
            verdicts[i] = Judge(candidates[i], members);
        }

        return verdicts;
    }

    private UtteranceVerdict Judge(EnrolmentCandidate candidate, List<float[]> members)
    {
        if (candidate.Result is not Embedded embedded)
        {
            return Verdict(UtteranceStatus.Refused, ((NotEmbedded)candidate.Result).Reason, null);
        }

        // The same bytes give the same embedding bit for bit, so equality finds a recording that is already there.
        if (members.Exists(member => member.AsSpan().SequenceEqual(embedded.Embedding)))
        {
            return Verdict(UtteranceStatus.AlreadyEnrolled, "this recording is already enrolled", null);
        }

        double? distance = null;
        if (members.Count > 0 && thresholds.TryFor(options.Value.CoherenceTargetFar) is { } coherence)
        {
            distance = embedder.Scorer.Distance(Voiceprint.Centroid(members), embedded.Embedding);
            if (distance > coherence.Value)
            {
                return Verdict(UtteranceStatus.Refused, string.Create(CultureInfo.InvariantCulture,
                    $"unlike the speaker's other utterances: distance {distance:0.000} is beyond " +
                    $"{coherence.Value:0.000}; enrol another voice under another name"), distance);
            }
        }

        members.Add(embedded.Embedding);
        return Verdict(UtteranceStatus.Accepted, "", distance);

        UtteranceVerdict Verdict(UtteranceStatus status, string reason, double? at) =>
            new(candidate.Source, status, reason, candidate.Result.SpeechSeconds, at);
    }

    /// <summary>
    /// The order given, but for a new speaker the utterance nearest to all others (the medoid) comes first: a wrong
    /// first file must not decide who the speaker is. Of two, neither is more central and the first stays first.
    /// </summary>
    private IEnumerable<int> InOrderOfTrust(IReadOnlyList<EnrolmentCandidate> candidates, bool known)
    {
        var order = Enumerable.Range(0, candidates.Count);
        var embedded = order.Where(i => candidates[i].Result is Embedded).ToArray();
        if (known || embedded.Length < 3)
        {
            return order;
        }

        var sides = embedded.ToDictionary(
            i => i, i => embedder.Scorer.Side(((Embedded)candidates[i].Result).Embedding));
        var medoid = embedded.MinBy(i => embedded.Sum(j => embedder.Scorer.Distance(sides[i], sides[j])));
        return order.Where(i => i != medoid).Prepend(medoid);
    }
}
