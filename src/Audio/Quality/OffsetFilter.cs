using Speaker.Audio.Features;

namespace Speaker.Audio.Quality;

/// <summary>
/// What <see cref="Offset"/> is for sound without end: a first-order high-pass at 5 Hz, which takes the constant out
/// within a tenth of a second and leaves the voice. Not thread safe.
/// </summary>
internal sealed class OffsetFilter(FrontEndSpecification frontEnd)
{
    private const double Frequency = 5;

    private readonly float _feedback = (float)(1 / (1 + (2 * Math.PI * Frequency / frontEnd.SampleRate)));
    private float? _previous;
    private float _output;

    /// <param name="samples">What follows.</param>
    /// <param name="destination">At least as long.</param>
    public void Remove(ReadOnlySpan<float> samples, Span<float> destination)
    {
        if (samples.IsEmpty)
        {
            return;
        }

        // From the first sample on, so that an offset is no step.
        var previous = _previous ?? samples[0];
        for (var i = 0; i < samples.Length; i++)
        {
            _output = _feedback * (_output + (samples[i] - previous));
            previous = samples[i];
            destination[i] = _output;
        }

        _previous = previous;
    }
}
