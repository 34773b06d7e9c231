using Speaker.Audio;
using Speaker.Audio.Features;
using Speaker.Audio.Utterances;
using Speaker.Audio.Validation;
using Speaker.Corpora;

namespace Speaker.Evaluation;

/// <summary>Speech of a known speaker, ready to be embedded.</summary>
/// <param name="Name">The file, or file#piece.</param>
/// <param name="Speaker">Unique among corpora.</param>
/// <param name="Corpus">Where it comes from.</param>
/// <param name="Segments">Raw frames: one segment, or those of a long recording.</param>
internal sealed record EvaluationItem(
    string Name, string Speaker, string Corpus, IReadOnlyList<SpeechSegment> Segments)
{
    /// <summary>Frames under each of <see cref="EvaluationOptions.Conditions"/>; null: refused.</summary>
    internal IReadOnlyList<ChangedSpeech?> Changed { get; init; } = [];

    /// <summary>Of the recording; null where it was not judged.</summary>
    internal AudioQuality? Quality { get; init; }

    /// <summary>What another front end hears of it, in frames of this one; see <see cref="EvaluationSet.Common"/>.</summary>
    internal int OtherSpeechFrames { get; init; } = int.MaxValue;

    /// <summary>Of speech, as recorded.</summary>
    internal int SpeechFrames => Math.Min(OtherSpeechFrames, Segments.Sum(segment => segment.SpeechFrames));
}

/// <summary>Features of the utterances that a model is measured on, and the trials between them.</summary>
internal sealed class EvaluationSet
{
    private EvaluationSet(
        double framesPerSecond,
        IReadOnlyList<EvaluationItem> items,
        IReadOnlyList<TrialPair> pairs,
        IReadOnlyList<string> pieces,
        IReadOnlyList<SkippedUtterance> skipped)
    {
        FramesPerSecond = framesPerSecond;
        Items = items;
        Pairs = pairs;
        Pieces = pieces;
        Skipped = skipped;
    }

    public IReadOnlyList<EvaluationItem> Items { get; }

    /// <summary>Trials by index into <see cref="Items"/>.</summary>
    public IReadOnlyList<TrialPair> Pairs { get; }

    /// <summary>Corpora whose utterances were cut into pieces.</summary>
    public IReadOnlyList<string> Pieces { get; }

    public IReadOnlyList<SkippedUtterance> Skipped { get; }

    internal double FramesPerSecond { get; }

    /// <summary>Reads the utterances of a corpus and makes all trials within it, up to the options' caps.</summary>
    /// <exception cref="ModelException">An option out of range.</exception>
    /// <exception cref="AudioException">No file can be read; one that cannot is among the skipped.</exception>
    public static EvaluationSet FromCorpus(
        IReadOnlyList<CorpusUtterance> utterances,
        FrontEndSpecification frontEnd,
        UtteranceOptions reading,
        EvaluationOptions options,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        var (results, skipped) = Read(
            [.. utterances.Select(u => u.Path)],
            [.. utterances.Select(u => $"{u.SpeakerKey}/{Path.GetFileName(u.Path)}")],
            frontEnd, reading, options, cancellationToken);
        var framesPerSecond = FramesASecond(frontEnd);
        var items = new List<EvaluationItem>();
        var pieces = new List<string>();
        foreach (var corpus in Enumerable.Range(0, utterances.Count).Where(i => results[i] is not null)
                     .GroupBy(i => utterances[i].Corpus, StringComparer.Ordinal))
        {
            var whole = corpus
                .Select(i => new EvaluationItem(
                    utterances[i].Path, utterances[i].SpeakerKey, corpus.Key, results[i]!.Segments)
                {
                    Changed = results[i]!.Changed,
                    Quality = results[i]!.Quality,
                })
                .ToArray();
            if (whole.GroupBy(item => item.Speaker, StringComparer.Ordinal).All(g => g.Count() == 1))
            {
                pieces.Add(corpus.Key);
                whole = [.. whole.SelectMany(item => Cut(item, (int)(options.PieceSeconds * framesPerSecond)))];
            }

            items.AddRange(whole.Select(item => Shorten(item, options, framesPerSecond)));
        }

        var pairs = TrialPairs.Make(
            [.. items.Select(i => i.Speaker)], [.. items.Select(i => i.Corpus)], options.Pairs);
        return new EvaluationSet(framesPerSecond, items, pairs, pieces, skipped);
    }

    /// <summary>
    /// Reads the recordings that trials name. The speaker of a recording is the first folder of its name, as in
    /// VoxCeleb.
    /// </summary>
    /// <param name="trials">The trials; those with a recording that holds no speech or cannot be read are left out.</param>
    /// <param name="directory">What the names are relative to.</param>
    /// <param name="frontEnd">The model's.</param>
    /// <param name="reading">What counts as an utterance.</param>
    /// <param name="options">Threads, seconds.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ModelException">An option out of range.</exception>
    /// <exception cref="AudioException">No trial is left; a file that is missing is among the skipped.</exception>
    public static EvaluationSet FromTrials(
        IReadOnlyList<Trial> trials,
        string directory,
        FrontEndSpecification frontEnd,
        UtteranceOptions reading,
        EvaluationOptions options,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        var names = trials.SelectMany(t => (string[])[t.Enrol, t.Test]).Distinct(StringComparer.Ordinal).ToArray();
        var (results, skipped) = Read(
            [.. names.Select(n => Path.Combine(directory, n))], names, frontEnd, reading, options, cancellationToken);
        var framesPerSecond = FramesASecond(frontEnd);
        var items = new List<EvaluationItem>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
        {
            if (results[i] is { } heard)
            {
                places.Add(names[i], items.Count);
                items.Add(Shorten(
                    new EvaluationItem(names[i], names[i].Split('/', '\\')[0], "trials", heard.Segments)
                    {
                        Changed = heard.Changed,
                        Quality = heard.Quality,
                    },
                    options,
                    framesPerSecond));
            }
        }

        var pairs = new List<TrialPair>();
        foreach (var trial in trials)
        {
            if (places.TryGetValue(trial.Enrol, out var enrol) && places.TryGetValue(trial.Test, out var test))
            {
                pairs.Add(new TrialPair(enrol, test, trial.IsTarget));
            }
        }

        return pairs.Count > 0 || skipped.Count == 0
            ? new EvaluationSet(framesPerSecond, items, pairs, [], skipped)
            : throw new AudioException(
                $"No trial is left of {trials.Count}: left out: {Plural.Of(skipped.Count, "recording")}, the first of them "
                + $"{skipped[0].Path}: {skipped[0].Reason}");
    }

    /// <summary>Two sets of the same recordings with different front ends, left with what both have: items, trials and
    /// speech under each condition, so that rates of one are of the same trials as rates of the other.</summary>
    /// <param name="first">Whose trials are kept.</param>
    /// <param name="second">With the same conditions.</param>
    /// <exception cref="AudioException">No trial is left.</exception>
    public static (EvaluationSet First, EvaluationSet Second) Common(EvaluationSet first, EvaluationSet second)
    {
        var others = second.Items.ToDictionary(item => item.Name, StringComparer.Ordinal);
        var places = new int?[first.Items.Count];
        var (ours, theirs) = (new List<EvaluationItem>(), new List<EvaluationItem>());
        for (var i = 0; i < places.Length; i++)
        {
            var mine = first.Items[i];
            if (others.TryGetValue(mine.Name, out var other))
            {
                places[i] = ours.Count;
                ours.Add(WithWhatBothHear(mine, first.FramesPerSecond, other, second.FramesPerSecond));
                theirs.Add(WithWhatBothHear(other, second.FramesPerSecond, mine, first.FramesPerSecond));
            }
        }

        TrialPair[] pairs =
        [
            .. first.Pairs.Where(pair => places[pair.Enrol] is not null && places[pair.Test] is not null)
                .Select(pair => new TrialPair(places[pair.Enrol]!.Value, places[pair.Test]!.Value, pair.IsTarget)),
        ];
        return pairs.Length > 0
            ? (new EvaluationSet(first.FramesPerSecond, ours, pairs, first.Pieces, first.Skipped),
                new EvaluationSet(second.FramesPerSecond, theirs, pairs, second.Pieces, second.Skipped))
            : throw new AudioException("No trial is left whose recordings both models hear speech in.");
    }

    private static EvaluationItem WithWhatBothHear(
        EvaluationItem item, double framesPerSecond, EvaluationItem other, double framesPerSecondOfOther) => item with
    {
        OtherSpeechFrames = (int)Math.Round(other.SpeechFrames * framesPerSecond / framesPerSecondOfOther),
        Changed = [.. item.Changed.Zip(other.Changed, (own, their) => their is null ? null : own)],
    };

    private static double FramesASecond(FrontEndSpecification frontEnd) =>
        (double)frontEnd.SampleRate / frontEnd.HopLength;

    private static (HeardRecording?[] Heard, List<SkippedUtterance> Skipped) Read(
        string[] paths,
        string[] names,
        FrontEndSpecification frontEnd,
        UtteranceOptions reading,
        EvaluationOptions options,
        CancellationToken cancellationToken)
    {
        var heard = new HeardRecording?[paths.Length];
        var refusals = new Refusal?[paths.Length];
        var bank = options.Conditions.Count > 0
            ? ConditionedSound.Sounds(options.Noises, options.ConditionSeed)
            : null;
        var unreadable = ParallelReading.For(
            paths,
            options.Threads,
            () => new RecordingListener(
                new UtteranceReader(frontEnd, reading),
                bank is null ? null : new ConditionedSound(bank, options.ConditionSeed),
                options.Conditions),
            (i, listener) => (heard[i], refusals[i]) = listener.Listen(paths[i], names[i], cancellationToken),
            cancellationToken);
        var skipped = new List<SkippedUtterance>(unreadable);
        for (var i = 0; i < refusals.Length; i++)
        {
            if (refusals[i] is { } refusal)
            {
                skipped.Add(new SkippedUtterance(paths[i], refusal.Message));
            }
        }

        return (heard, skipped);
    }

    /// <summary>Equal pieces of about the wanted length; at least two, and none below half of it.</summary>
    /// <param name="item">A whole recording.</param>
    /// <param name="frames">Of speech, in a piece.</param>
    private static IEnumerable<EvaluationItem> Cut(EvaluationItem item, int frames)
    {
        var speech = SpeechSegment.Join(item.Segments);
        var count = Math.Max(2, speech.SpeechFrames / frames);
        if (Math.Min(frames, speech.SpeechFrames / count) < frames / 2)
        {
            yield break;
        }

        for (var piece = 0; piece < count; piece++)
        {
            yield return item with
            {
                Name = $"{item.Name}#{piece + 1}",
                Segments = [Piece(speech, piece, count, frames)],
                // Under a condition more or fewer frames are heard as speech: the pieces lie likewise among those.
                Changed = [.. item.Changed.Select(changed =>
                    changed is null || changed.Segment.SpeechFrames < count
                        ? null
                        : changed with { Segment = Piece(changed.Segment, piece, count, frames) })],
            };
        }
    }

    private static SpeechSegment Piece(SpeechSegment speech, int piece, int count, int frames)
    {
        var length = Math.Min(frames, speech.SpeechFrames / count);
        return speech.Slice((int)((long)(speech.SpeechFrames - length) * piece / (count - 1)), length);
    }

    private static EvaluationItem Shorten(EvaluationItem item, EvaluationOptions options, double framesPerSecond)
    {
        if (options.MaximumSeconds is not { } seconds)
        {
            return item;
        }

        var frames = Math.Max(1, (int)(seconds * framesPerSecond));
        return item with
        {
            Segments = SpeechSegment.Shorten(item.Segments, frames),
            Changed = [.. item.Changed.Select(
                changed => changed is null
                    ? null
                    : changed with { Segment = SpeechSegment.Shorten([changed.Segment], frames)[0] })],
        };
    }
}
