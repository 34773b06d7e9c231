using System.Globalization;
using Speaker.Inference;
using Speaker.Recognition;
using Speaker.Scoring;
using Speaker.Search;

namespace Speaker.Enrolment;

/// <summary>
/// Judges recordings that are to be added to a speaker: no enrolment drifts from one voice to another unnoticed.
/// Recordings of several voices are refused together, and nobody has to guess which of them is the speaker; those of
/// one voice that is not the speaker's are refused with their distance.
/// </summary>
internal sealed class Enroller(VoiceEncoder encoder, DecisionThresholds thresholds, EnrolmentOptions options)
{
    /// <summary>Largest cosine distance of two embeddings of the same samples: rounding only.</summary>
    private const float SameSamples = 1e-5f;

    /// <summary>On either side, to refuse a voice for being known under another name: one recording against one says
    /// too little for more than a remark.</summary>
    private const int FewestToRefuseDuplicate = 2;

    /// <summary>Judges every recording and stores the accepted ones in one transaction.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="gallery">Of that store.</param>
    /// <param name="speaker">As <see cref="SpeakerName"/> has it.</param>
    /// <param name="modelHash">Of the embeddings.</param>
    /// <param name="names">What each recording is called.</param>
    /// <param name="samples">The recordings.</param>
    /// <param name="request">What is noted and allowed.</param>
    /// <param name="cancellationToken">Stops the enrolment until it is committed.</param>
    /// <exception cref="StoreException">The store is of another model, damaged, full or not to be opened; nothing was
    /// written.</exception>
    /// <exception cref="ModelException">The card has no threshold for the rate that the options ask for.</exception>
    public async Task<EnrolmentResult> EnrollAsync(
        IVoiceprintStore store,
        Gallery gallery,
        string speaker,
        string modelHash,
        IReadOnlyList<string> names,
        IReadOnlyList<EmbeddingResult> samples,
        EnrolmentRequest request,
        CancellationToken cancellationToken)
    {
        EnrolledRecording[] verdicts = [];
        IReadOnlyList<StoredUtterance> all = [];
        KnownVoice? knownAs = null;
        var coherence = Coherence.TryOf(encoder, options.CoherenceTargetFar);
        var everybody = thresholds.Strictest is null || !samples.Any(sample => sample.IsUsable)
            ? null
            : await gallery.GetAsync(cancellationToken).ConfigureAwait(false);
        var isConsented = !options.RequireConsent || ConsentRule.IsGiven(request.Consent)
            || await ConsentRule.IsNotedAsync(store, speaker, cancellationToken).ConfigureAwait(false);
        await store.AddAsync(speaker, modelHash, request.Consent, Choose, cancellationToken).ConfigureAwait(false);
        var progress = EnrolmentProgress.Of(all.Count, all.Sum(utterance => utterance.SpeechSeconds), options);
        return new EnrolmentResult
        {
            Speaker = speaker,
            Recordings = verdicts,
            Utterances = all.Count,
            SpeechSeconds = all.Sum(utterance => utterance.SpeechSeconds),
            Progress = progress.Share,
            MissingRecordings = progress.MissingRecordings,
            MissingSpeechSeconds = progress.MissingSeconds,
            Summary = progress.Summary,
            KnownAs = knownAs,
            ModelHash = modelHash,
        };

        IReadOnlyList<StoredUtterance> Choose(IReadOnlyList<StoredUtterance> existing)
        {
            verdicts = Usable(names, samples, existing);
            if (!isConsented || (options.RequireConsent && existing.Count == 0 && !ConsentRule.IsGiven(request.Consent)))
            {
                RefuseWithoutConsent(verdicts);
                all = existing;
                return [];
            }

            int[] fresh = [.. Enumerable.Range(0, verdicts.Length).Where(i => verdicts[i].Accepted)];
            if (coherence is not null)
            {
                JudgeVoices(
                    coherence, verdicts, fresh, samples, existing, request.ForceNote is not null, cancellationToken);
            }

            StoredUtterance[] accepted = [.. Accepted()];
            all = [.. existing, .. accepted];
            var known = accepted.Length > 0 && everybody is not null
                ? KnownUnderAnotherName(speaker, all, everybody, cancellationToken)
                : null;
            knownAs = known?.Voice;
            if (known is var (other, recordings) && !request.AllowDuplicate && !options.AllowDuplicates
                && all.Count >= FewestToRefuseDuplicate && recordings >= FewestToRefuseDuplicate)
            {
                RefuseDuplicate(verdicts, other);
                accepted = [];
                all = existing;
            }

            return accepted;
        }

        IEnumerable<StoredUtterance> Accepted() =>
            from i in Enumerable.Range(0, samples.Count)
            where verdicts[i].Accepted
            select Utterance(names[i], samples[i]) with { Note = request.ForceNote };
    }

    /// <summary>The verdict on each recording for itself: whether it can be used, and is not there already.</summary>
    private static EnrolledRecording[] Usable(
        IReadOnlyList<string> names, IReadOnlyList<EmbeddingResult> samples, IReadOnlyList<StoredUtterance> existing)
    {
        var members = existing.ToList();
        var verdicts = new EnrolledRecording[samples.Count];
        for (var i = 0; i < verdicts.Length; i++)
        {
            var sample = samples[i];
            verdicts[i] = new EnrolledRecording
            {
                Name = names[i],
                Reason = sample.IsUsable ? Reason.Enrolled : sample.Reason,
                Message = sample.Message,
                SpeechSeconds = sample.SpeechSeconds,
                Quality = sample.Quality,
                Warnings = sample.Warnings,
            };
            if (!sample.IsUsable)
            {
                continue;
            }

            if (members.Find(member => IsOfSameRecording(member, sample)) is { } copy)
            {
                verdicts[i] = verdicts[i] with
                {
                    Reason = Reason.AlreadyEnrolled,
                    Message = copy.Source == names[i]
                        ? "this recording is already enrolled"
                        : $"this recording is already enrolled, as {copy.Source}",
                };
                continue;
            }

            members.Add(Utterance(names[i], sample));
        }

        return verdicts;
    }

    /// <summary>Holds what can be used against each other and against what the speaker has.</summary>
    private static void JudgeVoices(
        Coherence coherence,
        EnrolledRecording[] verdicts,
        int[] fresh,
        IReadOnlyList<EmbeddingResult> samples,
        IReadOnlyList<StoredUtterance> existing,
        bool isForced,
        CancellationToken cancellationToken)
    {
        TrialSide[] sides = [.. fresh.Select(i => coherence.Side(samples[i].Embedding!, samples[i].SpeechSeconds))];
        TrialSide[] members = [.. existing.Select(member => coherence.Side(member.Embedding, member.SpeechSeconds))];
        for (var i = 0; i < fresh.Length; i++)
        {
            TrialSide[] others = members.Length > 0 ? members : [.. sides.Where((_, other) => other != i)];
            if (others.Length > 0)
            {
                verdicts[fresh[i]] = verdicts[fresh[i]] with
                {
                    Distance = coherence.Between([sides[i]], others).Distance,
                };
            }
        }

        if (isForced || fresh.Length == 0)
        {
            return;
        }

        var voices = coherence.Voices(sides, cancellationToken);
        // What the speaker has is the judge: voices that are all like it are one person's varied recordings.
        (double Distance, double Bound)[] toSpeaker = members.Length == 0
            ? []
            : [.. voices.Select(voice => coherence.Between([.. voice.Select(i => sides[i])], members))];
        if (voices.Count > 1 && (members.Length == 0 || toSpeaker.Any(IsBeyond)))
        {
            RefuseSeveralVoices(verdicts, [.. voices.Select(voice => voice.Select(i => fresh[i]).ToArray())]);
        }
        else if (voices.Count == 1 && toSpeaker.Any(IsBeyond))
        {
            foreach (var i in fresh)
            {
                verdicts[i] = verdicts[i] with
                {
                    Reason = Reason.UnlikeSpeaker,
                    Message = string.Create(
                        CultureInfo.InvariantCulture,
                        $"unlike the speaker's other utterances: distance {toSpeaker[0].Distance:0.000} is beyond " +
                        $"{toSpeaker[0].Bound:0.000}; enrol another voice under another name"),
                };
            }
        }

        static bool IsBeyond((double Distance, double Bound) voice) => voice.Distance > voice.Bound;
    }

    private static void RefuseSeveralVoices(EnrolledRecording[] verdicts, int[][] voices)
    {
        for (var voice = 0; voice < voices.Length; voice++)
        {
            foreach (var i in voices[voice])
            {
                string[] companions =
                    [.. voices[voice].Where(other => other != i).Select(other => verdicts[other].Name)];
                verdicts[i] = verdicts[i] with
                {
                    Reason = Reason.SeveralVoices,
                    Voice = voice + 1,
                    Message = $"the recordings are of {voices.Length} voices, nothing was enrolled: this is of voice " +
                        $"{voice + 1}, " + (companions.Length == 0 ? "alone" : $"with {string.Join(", ", companions)}") +
                        "; enrol each voice under its own name",
                };
            }
        }
    }

    private static void RefuseWithoutConsent(EnrolledRecording[] verdicts)
    {
        for (var i = 0; i < verdicts.Length; i++)
        {
            if (verdicts[i].Accepted)
            {
                verdicts[i] = verdicts[i] with { Reason = Reason.NoConsent, Message = ConsentRule.Message };
            }
        }
    }

    private static void RefuseDuplicate(EnrolledRecording[] verdicts, KnownVoice other)
    {
        for (var i = 0; i < verdicts.Length; i++)
        {
            if (verdicts[i].Accepted)
            {
                verdicts[i] = verdicts[i] with
                {
                    Reason = Reason.KnownUnderAnotherName,
                    Message = string.Create(
                        CultureInfo.InvariantCulture,
                        $"this voice is enrolled as {other.Speaker} already: distance {other.Distance:0.000} is " +
                        $"within {other.Threshold:0.000}; add the recording to {other.Speaker}, or allow the duplicate"),
                };
            }
        }
    }

    /// <summary>The nearest of the others whose voiceprint is within the strictest threshold, and how many recordings it
    /// is of.</summary>
    private (KnownVoice Voice, int Recordings)? KnownUnderAnotherName(
        string speaker,
        IReadOnlyList<StoredUtterance> own,
        GalleryIndex everybody,
        CancellationToken cancellationToken)
    {
        // The speaker's own voiceprint may be the nearest.
        var nearest = everybody.Search(Verifier.SideOf(encoder.Scorer, own), 2, cancellationToken).Nearest
            .FirstOrDefault(voice => voice.Speaker != speaker);
        return nearest is not null && nearest.Distance <= thresholds.Strictest!.Value
            ? (new KnownVoice(nearest.Speaker, nearest.Distance, thresholds.Strictest.Value), nearest.Side.Recordings)
            : null;
    }

    private static StoredUtterance Utterance(string name, EmbeddingResult sample) =>
        new(sample.Embedding!, sample.SpeechSeconds, name)
        {
            Fingerprint = sample.Fingerprint?.ToBytes(),
            Quality = sample.Quality,
            Copy = sample.Copy,
        };

    /// <summary>The same samples give the same embedding, and on another kind of processor one that is as good as the
    /// same; a copy by another codec has the same outline.</summary>
    private static bool IsOfSameRecording(StoredUtterance member, EmbeddingResult sample) =>
        CosineScore.Distance(member.Embedding, sample.Embedding!) <= SameSamples
        || (member.Fingerprint is { } kept && sample.Fingerprint is { } heard
            && heard.IsOfSameRecording(kept));
}
