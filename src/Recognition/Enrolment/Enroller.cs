using System.Globalization;
using Speaker.Recognition;
using Speaker.Scoring;

namespace Speaker.Enrolment;

/// <summary>
/// Judges recordings that are to be added to a speaker. One that is not like the speaker's others is refused, with its
/// distance: no enrolment drifts from one voice to another unnoticed.
/// </summary>
internal sealed class Enroller(Scorer scorer, DecisionThresholds thresholds, EnrolmentOptions options)
{
    /// <summary>Largest cosine distance of two embeddings of the same samples: rounding only.</summary>
    private const float SameSamples = 1e-5f;

    /// <summary>Judges every recording and stores the accepted ones in one transaction.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="speaker">As <see cref="SpeakerName"/> has it.</param>
    /// <param name="modelHash">Of the embeddings.</param>
    /// <param name="names">What each recording is called.</param>
    /// <param name="samples">The recordings.</param>
    /// <param name="consent">What the speaker consented to; null if nothing is to be noted.</param>
    /// <param name="cancellationToken">Stops the enrolment until it is committed.</param>
    /// <exception cref="StoreException">The store is of another model, damaged, full or not to be opened; nothing was
    /// written.</exception>
    public async Task<EnrolmentResult> EnrollAsync(
        IVoiceprintStore store,
        string speaker,
        string modelHash,
        IReadOnlyList<string> names,
        IReadOnlyList<EmbeddingResult> samples,
        string? consent,
        CancellationToken cancellationToken)
    {
        EnrolledRecording[] verdicts = [];
        IReadOnlyList<StoredUtterance> all = [];
        await store.AddAsync(speaker, modelHash, consent, Choose, cancellationToken).ConfigureAwait(false);
        var seconds = all.Sum(utterance => utterance.SpeechSeconds);
        return new EnrolmentResult
        {
            Speaker = speaker,
            Recordings = verdicts,
            Utterances = all.Count,
            SpeechSeconds = seconds,
            Progress = Progress(seconds),
            ModelHash = modelHash,
        };

        IReadOnlyList<StoredUtterance> Choose(IReadOnlyList<StoredUtterance> existing)
        {
            verdicts = Judge(names, samples, existing);
            StoredUtterance[] accepted =
            [
                .. from i in Enumerable.Range(0, samples.Count)
                   where verdicts[i].Accepted
                   select Utterance(names[i], samples[i]),
            ];
            all = [.. existing, .. accepted];
            return accepted;
        }
    }

    /// <summary>Share of a good enrolment, 0 to 1, that so much speech makes.</summary>
    public double Progress(double speechSeconds) => Math.Min(1, speechSeconds / options.GoodSpeechSeconds);

    private EnrolledRecording[] Judge(
        IReadOnlyList<string> names, IReadOnlyList<EmbeddingResult> samples, IReadOnlyList<StoredUtterance> existing)
    {
        var members = existing.ToList();
        var verdicts = new EnrolledRecording[samples.Count];
        foreach (var i in InOrderOfTrust(samples, members.Count > 0))
        {
            verdicts[i] = Judge(names[i], samples[i], members);
        }

        return verdicts;
    }

    private EnrolledRecording Judge(string name, EmbeddingResult sample, List<StoredUtterance> members)
    {
        var verdict = new EnrolledRecording
        {
            Name = name,
            Reason = sample.Reason,
            Message = sample.Message,
            SpeechSeconds = sample.SpeechSeconds,
            Quality = sample.Quality,
            Warnings = sample.Warnings,
        };
        if (!sample.IsUsable)
        {
            return verdict;
        }

        if (members.Find(member => IsOfSameRecording(member, sample)) is { } copy)
        {
            return verdict with
            {
                Reason = Reason.AlreadyEnrolled,
                Message = copy.Source == name
                    ? "this recording is already enrolled"
                    : $"this recording is already enrolled, as {copy.Source}",
            };
        }

        double? distance = null;
        if (members.Count > 0 && thresholds.TryFor(options.CoherenceTargetFar) is { } coherence)
        {
            distance = scorer.Distance(Voiceprint.Centroid(members.Select(member => member.Embedding)), sample.Embedding);
            if (distance > coherence.Value)
            {
                return verdict with
                {
                    Reason = Reason.UnlikeSpeaker,
                    Message = string.Create(
                        CultureInfo.InvariantCulture,
                        $"unlike the speaker's other utterances: distance {distance:0.000} is beyond " +
                        $"{coherence.Value:0.000}; enrol another voice under another name"),
                    Distance = distance,
                };
            }
        }

        members.Add(Utterance(name, sample));
        return verdict with { Reason = Reason.Enrolled, Distance = distance };
    }

    private static StoredUtterance Utterance(string name, EmbeddingResult sample) =>
        new(sample.Embedding!, sample.SpeechSeconds, name) 
        {
            Fingerprint = sample.Fingerprint?.ToBytes(),
            Copy = sample.Copy,
        };

    /// <summary>The same samples give the same embedding, and on another kind of processor one that is as good as the
    /// same; a copy by another codec has the same outline.</summary>
    private static bool IsOfSameRecording(StoredUtterance member, EmbeddingResult sample) =>
        CosineScore.Distance(member.Embedding, sample.Embedding) <= SameSamples
        || (member.Fingerprint is { } kept && sample.Fingerprint is { } heard
            && heard.IsOfSameRecording(kept));

    /// <summary>
    /// The order given, but for a new speaker the utterance nearest to all others (the medoid) comes first: a wrong
    /// first file must not decide who the speaker is. Of two, neither is more central and the first stays first.
    /// </summary>
    private IEnumerable<int> InOrderOfTrust(IReadOnlyList<EmbeddingResult> samples, bool known)
    {
        var order = Enumerable.Range(0, samples.Count);
        var usable = order.Where(i => samples[i].IsUsable).ToArray();
        if (known || usable.Length < 3)
        {
            return order;
        }

        var sides = usable.ToDictionary(i => i, i => scorer.Side(samples[i].Embedding!));
        var medoid = usable.MinBy(i => usable.Sum(j => scorer.Distance(sides[i], sides[j])));
        return order.Where(i => i != medoid).Prepend(medoid);
    }
}
