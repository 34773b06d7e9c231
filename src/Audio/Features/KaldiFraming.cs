namespace Speaker.Audio.Features;

/// <summary>
/// Frames laid end to end, each prepared by itself as Kaldi does (Povey et al., "The Kaldi Speech Recognition
/// Toolkit", 2011): its mean is taken out, then its pre-emphasis takes the frame's first sample for the one before it
/// too. Kaldi's own window, which the extractor does not have, is applied here.
/// </summary>
internal sealed class KaldiFraming
{
    /// <summary>Kaldi's window in <see cref="FrontEndSpecification.Window"/>: a Hann window to the 0.85.</summary>
    public const string PoveyWindow = "povey";

    private readonly int _length;
    private readonly int _hop;
    private readonly float _preEmphasis;
    private readonly float[]? _window;
    private readonly float[] _frames;

    /// <param name="specification">Of the frames.</param>
    /// <param name="most">Frames that one call may prepare.</param>
    public KaldiFraming(FrontEndSpecification specification, int most)
    {
        _length = specification.FrameLength;
        _hop = specification.HopLength;
        _preEmphasis = (float)specification.PreEmphasis;
        _frames = new float[most * _length];
        if (specification.Window == PoveyWindow)
        {
            _window = [.. Enumerable.Range(0, _length).Select(
                i => (float)Math.Pow(0.5 - (0.5 * Math.Cos(2 * Math.PI * i / (_length - 1))), 0.85))];
        }
    }

    /// <param name="samples">Of so many frames, a hop apart.</param>
    /// <param name="count">How many.</param>
    /// <returns>The frames, one after the other; written over by the next call.</returns>
    public ReadOnlySpan<float> Prepare(ReadOnlySpan<float> samples, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Prepare(samples.Slice(i * _hop, _length), _frames.AsSpan(i * _length, _length));
        }

        return _frames.AsSpan(0, count * _length);
    }

    private void Prepare(ReadOnlySpan<float> samples, Span<float> frame)
    {
        // In double, so that the sum is the same however wide the machine's vectors are.
        double sum = 0;
        foreach (var sample in samples)
        {
            sum += sample;
        }

        var mean = (float)(sum / samples.Length);
        var before = samples[0] - mean;
        for (var i = 0; i < frame.Length; i++)
        {
            var sample = samples[i] - mean;
            frame[i] = sample - (_preEmphasis * before);
            before = sample;
        }

        for (var i = 0; _window is not null && i < frame.Length; i++)
        {
            frame[i] *= _window[i];
        }
    }
}
