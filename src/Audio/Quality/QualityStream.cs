using System.Runtime.InteropServices;
using Speaker.Audio.Features;

namespace Speaker.Audio.Quality;

/// <summary>
/// Level, noise, clipping and bandwidth of sound without end, in blocks of <see cref="BlockSeconds"/>: each is measured
/// as a segment of a long recording is, and joined to those before it. Memory is that of one block. Not thread safe.
/// </summary>
internal sealed class QualityStream
{
    private const double BlockSeconds = 5;

    private readonly FrontEndSpecification _specification;
    private readonly SpeechLevelMeter _levels;
    private readonly BandwidthMeter _bandwidth;
    private readonly int _blockFrames;
    private readonly List<float> _samples = [];
    private readonly List<bool> _frames = [];
    private SegmentQuality? _closed;

    public QualityStream(FrontEndSpecification specification)
    {
        _specification = specification;
        _levels = new SpeechLevelMeter(specification);
        _bandwidth = new BandwidthMeter(specification);
        _blockFrames = (int)(BlockSeconds * specification.SampleRate / specification.HopLength);
    }

    /// <param name="samples">What follows, mono at the front end's rate.</param>
    public void Push(ReadOnlySpan<float> samples) => _samples.AddRange(samples);

    /// <summary>The next frame of what was pushed is decided.</summary>
    public void Add(bool isSpeech)
    {
        _frames.Add(isSpeech);
        if (_frames.Count == _blockFrames)
        {
            _closed = Joined();
            _samples.RemoveRange(0, _blockFrames * _specification.HopLength);
            _frames.Clear();
        }
    }

    /// <summary>Of the blocks that hold speech, as <see cref="SegmentQuality.Over"/> joins them, of the decided frames;
    /// null before there is speech.</summary>
    public AudioQuality? Measure() => Joined()?.Quality;

    private SegmentQuality? Joined()
    {
        var speech = _frames.Count(isSpeech => isSpeech);
        if (speech == 0)
        {
            return _closed;
        }

        var samples = CollectionsMarshal.AsSpan(_samples)[
            ..(((_frames.Count - 1) * _specification.HopLength) + _specification.FrameLength)];
        var frames = CollectionsMarshal.AsSpan(_frames);
        var (peak, clipped) = ClippingMeter.Measure(samples);
        var (level, signalToNoise) = _levels.Measure(samples, frames);
        var block = new SegmentQuality(
            new AudioQuality(peak, clipped, level, signalToNoise, _bandwidth.Measure(samples, frames)),
            Seconds(_frames.Count), Seconds(speech));
        return _closed is null ? block : new SegmentQuality(
            SegmentQuality.Over([_closed, block]), _closed.TotalSeconds + block.TotalSeconds,
            _closed.SpeechSeconds + block.SpeechSeconds);
    }

    private double Seconds(int frames) => (double)frames * _specification.HopLength / _specification.SampleRate;
}
