using Speaker.Audio.Features;
using Speaker.Audio.Utterances;

namespace Speaker.Evaluation;

/// <summary>
/// Frames that are embedded together, and which of them are speech: the others are the margin that a front end keeps
/// beside it. Lengths are counted in frames of speech, so that a second is as much of a voice with any margin.
/// </summary>
internal sealed class SpeechSegment
{
    /// <summary>Where the frames of speech lie, in order; null: every frame is one.</summary>
    private readonly int[]? _places;

    /// <param name="features">[T][C], speech alone.</param>
    public SpeechSegment(FeatureMatrix features)
        : this(features, null)
    {
    }

    private SpeechSegment(FeatureMatrix features, int[]? places)
    {
        Features = features;
        _places = places;
    }

    /// <summary>[T][C], what the encoder gets.</summary>
    public FeatureMatrix Features { get; }

    /// <summary>How many of the frames are speech.</summary>
    public int SpeechFrames => _places?.Length ?? Features.Frames;

    public static SpeechSegment Of(Utterance utterance)
    {
        if (utterance.IsSpeech.IsEmpty)
        {
            return new SpeechSegment(utterance.Features);
        }

        var places = new List<int>();
        for (var frame = 0; frame < utterance.IsSpeech.Length; frame++)
        {
            if (utterance.IsSpeech.Span[frame])
            {
                places.Add(frame);
            }
        }

        return new SpeechSegment(utterance.Features, [.. places]);
    }

    /// <summary>Several segments as one.</summary>
    /// <param name="segments">At least one.</param>
    public static SpeechSegment Join(IReadOnlyList<SpeechSegment> segments)
    {
        if (segments.Count == 1)
        {
            return segments[0];
        }

        var places = new List<int>();
        var frames = 0;
        foreach (var segment in segments)
        {
            places.AddRange(Enumerable.Range(0, segment.SpeechFrames).Select(i => frames + segment.Place(i)));
            frames += segment.Features.Frames;
        }

        return new SpeechSegment(
            new FeatureMatrix(
                [.. segments.SelectMany(segment => segment.Features.Values)], frames, segments[0].Features.Coefficients),
            places.Count == frames ? null : [.. places]);
    }

    /// <summary>The beginning of the segments, in so many frames of speech; all where there are no more.</summary>
    /// <param name="segments">In order of time.</param>
    /// <param name="speechFrames">At least 1.</param>
    public static IReadOnlyList<SpeechSegment> Shorten(IReadOnlyList<SpeechSegment> segments, int speechFrames)
    {
        var kept = new List<SpeechSegment>();
        foreach (var segment in segments)
        {
            if (speechFrames > 0)
            {
                kept.Add(segment.SpeechFrames <= speechFrames ? segment : segment.Slice(0, speechFrames));
                speechFrames -= kept[^1].SpeechFrames;
            }
        }

        return kept;
    }

    /// <summary>From one frame of speech to another, with what lies between them; from the first one, with what lies
    /// before it.</summary>
    /// <param name="start">Counted in frames of speech.</param>
    /// <param name="count">In frames of speech, at least 1.</param>
    public SpeechSegment Slice(int start, int count)
    {
        var first = start == 0 ? 0 : Place(start);
        var features = Features.Slice(first, Place(start + count - 1) + 1 - first);
        return new SpeechSegment(
            features, _places is null ? null : [.. _places.AsSpan(start, count).ToArray().Select(place => place - first)]);
    }

    private int Place(int speechFrame) => _places is null ? speechFrame : _places[speechFrame];
}
