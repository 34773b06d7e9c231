using Speaker.Audio.Features;
using Speaker.Inference;
using Speaker.Scoring;

namespace Speaker.Recognition;

/// <summary>
/// Whether a recording ends with the voice it began with: the distance between the first and the last three seconds of
/// its speech. Another speaker who is heard only in between is not seen. Only those six seconds are kept.
/// </summary>
/// <remarks>Immutable: <see cref="Add"/> gives what is known after one segment more.</remarks>
internal sealed class VoiceChange
{
    /// <summary>Seconds of speech at either end; from less than twice as much nothing is told.</summary>
    public const double WindowSeconds = 3;

    private readonly FeatureMatrix? _first;
    private readonly FeatureMatrix? _last;

    private VoiceChange(FeatureMatrix? first, FeatureMatrix? last) => (_first, _last) = (first, last);

    public static VoiceChange Empty { get; } = new(null, null);

    /// <summary>Takes in the next segment of the recording; one shorter than a window adds nothing.</summary>
    /// <param name="rawSpeechFeatures">As for <see cref="VoiceEncoder.Embed(FeatureMatrix)"/>.</param>
    /// <param name="frontEnd">What they were made by.</param>
    public VoiceChange Add(FeatureMatrix rawSpeechFeatures, FrontEndSpecification frontEnd)
    {
        ArgumentNullException.ThrowIfNull(rawSpeechFeatures);
        ArgumentNullException.ThrowIfNull(frontEnd);
        var window = (int)(WindowSeconds * frontEnd.SampleRate / frontEnd.HopLength);
        var frames = rawSpeechFeatures.Frames;
        if (frames < window)
        {
            return this;
        }

        var first = _first ?? rawSpeechFeatures.Slice(0, window);
        // The window that the recording begins with must not be its end too, nor overlap with it.
        return _first is null && frames < 2 * window
            ? new VoiceChange(first, null)
            : new VoiceChange(first, rawSpeechFeatures.Slice(frames - window, window));
    }

    /// <returns>Cosine distance, 0 to 2; null where there was too little speech.</returns>
    /// <exception cref="ModelException">As for <see cref="VoiceEncoder.Embed(FeatureMatrix)"/>.</exception>
    public double? Measure(VoiceEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return _first is not null && _last is not null
            ? Scorer.Cosine.Distance(encoder.Embed(_first), encoder.Embed(_last))
            : null;
    }
}
