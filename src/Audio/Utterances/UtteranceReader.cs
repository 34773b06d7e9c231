using System.Numerics.Tensors;
using Microsoft.Extensions.Options;
using NAudio.Wave;
using Speaker.Audio.Features;
using Speaker.Audio.Files;
using Speaker.Audio.Quality;
using Speaker.Audio.SpeechDetection;
using Speaker.Audio.Validation;

namespace Speaker.Audio.Utterances;

/// <summary>
/// The one door from sound to features: a file, or samples from anywhere, through speech detection and the front end
/// to an utterance or to the reason why there is none. Training, enrolment and verification all come this way. Not
/// thread safe: one a thread.
/// </summary>
internal sealed class UtteranceReader
{
    /// <summary>The detector hears a sound with its largest sample here, whatever the recording's level.</summary>
    private const double ListeningPeak = 0.25;

    private readonly FrontEnd _frontEnd;
    private readonly SpeechDetector _detector;
    private readonly SpeechLevelMeter _levels;
    private readonly BandwidthMeter _bandwidth;
    private readonly SoundRefusals _refusals;
    private float[] _centred = [];

    /// <exception cref="AudioException">A value of the specification is out of its range.</exception>
    /// <exception cref="OptionsValidationException">A value of the options is.</exception>
    public UtteranceReader(FrontEndSpecification specification, UtteranceOptions options)
    {
        Options = new UtteranceOptionsValidator().Require(options);
        _frontEnd = new FrontEnd(specification);
        _detector = new SpeechDetector(specification);
        _levels = new SpeechLevelMeter(specification);
        _bandwidth = new BandwidthMeter(specification);
        _refusals = new SoundRefusals(specification, Options);
        if (specification.SampleRate != AudioFile.SampleRate)
        {
            throw new AudioException(
                $"{nameof(FrontEndSpecification.SampleRate)} is {specification.SampleRate}; sound is read at "
                + $"{AudioFile.SampleRate}.");
        }
    }

    public FrontEndSpecification Specification => _frontEnd.Specification;

    public UtteranceOptions Options { get; }

    /// <summary>
    /// Reads a file and listens to it, segment after segment as they are asked for: memory is that of one segment. A
    /// file up to <see cref="SegmentCutter.LongestSeconds"/> is one segment; there is always a last one. What is longer
    /// than the options allow is not read on.
    /// </summary>
    /// <remarks>The file is opened when the first segment is asked for, and exceptions come as they are met. One
    /// recording at a time: the reader's buffers are shared.</remarks>
    /// <exception cref="AudioException">The file is not there, is not sound, or is damaged.</exception>
    /// <exception cref="OperationCanceledException">The token says so.</exception>
    public IEnumerable<ListenedSegment> ReadSegments(string path, CancellationToken cancellationToken = default)
    {
        using var source = AudioFile.Open(path, cancellationToken: cancellationToken);
        foreach (var segment in ReadSegments(source, source.ClaimedSeconds, cancellationToken))
        {
            yield return segment;
        }
    }

    /// <summary>As the other, from any source of 16 kHz mono samples.</summary>
    /// <param name="source">Read to its end, or to the options' maximum.</param>
    /// <param name="claimedSeconds">Length by what the source says of itself; for showing progress only.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public IEnumerable<ListenedSegment> ReadSegments(
        ISampleProvider source, double claimedSeconds, CancellationToken cancellationToken) =>
        ReadSegments(source, claimedSeconds, Options.MaximumSeconds, cancellationToken);

    /// <summary>As the other, with another maximum than that of the options.</summary>
    /// <param name="source">Read to its end, or to the maximum.</param>
    /// <param name="claimedSeconds">Length by what the source says of itself; for showing progress only.</param>
    /// <param name="maximumSeconds">What is longer is not read on.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public IEnumerable<ListenedSegment> ReadSegments(
        ISampleProvider source, double claimedSeconds, double maximumSeconds, CancellationToken cancellationToken)
    {
        double? claimed = claimedSeconds <= maximumSeconds ? claimedSeconds : null;
        var cutter = new SegmentCutter(Specification);
        var block = new float[AudioFile.SampleRate];
        for (var read = -1; read != 0 && Seconds(cutter.Length) <= maximumSeconds;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            read = source.Read(block);
            cutter.Append(block.AsSpan(0, read));
            while (cutter.TryTake(out var segment))
            {
                var result = Listen(segment);
                var end = Seconds(cutter.Position);
                yield return new ListenedSegment(result, end, claimed > end ? claimed : null, IsLast: false);
            }
        }

        var whole = Seconds(cutter.Length);
        yield return new ListenedSegment(Listen(cutter.Rest), whole, whole, IsLast: true);
    }

    /// <summary>Listens to samples as one segment, whatever their length.</summary>
    /// <param name="samples">16 kHz mono, full scale 1.</param>
    /// <exception cref="AudioException">A sample is not a finite number.</exception>
    public UtteranceResult Analyse(ReadOnlySpan<float> samples)
    {
        var result = Listen(new SoundSegment(samples, samples.Length));
        return RecordingSummary.Empty.Add(result).Judge(Options) ?? result;
    }

    /// <summary>Listens to one segment of a recording; any speech in it makes it an utterance.</summary>
    /// <param name="segment">16 kHz mono, full scale 1.</param>
    /// <exception cref="AudioException">A sample is not a finite number.</exception>
    public UtteranceResult Listen(SoundSegment segment)
    {
        var samples = segment.Samples;
        SampleChecks.RequireFinite(samples, "samples");
        if (samples.Length < Specification.FrameLength)
        {
            return _refusals.LessThanAFrame(samples.Length, segment.Length);
        }

        var (peak, clipped) = ClippingMeter.Measure(samples);
        if (peak < SoundRefusals.SilentPeak)
        {
            return _refusals.Silent(peak, segment.Length);
        }

        if (clipped > Options.MaximumClippedFraction)
        {
            return _refusals.Clipped(clipped, segment.Length);
        }

        if (_centred.Length < samples.Length)
        {
            _centred = new float[samples.Length];
        }

        Offset.Remove(samples, _centred);
        return Gate(new SoundSegment(_centred.AsSpan(0, samples.Length), segment.Length), peak, clipped);
    }

    private UtteranceResult Gate(SoundSegment segment, double peak, double clipped)
    {
        var samples = segment.Samples;
        var largest = Math.Max(SoundRefusals.SilentPeak, Math.Abs(TensorPrimitives.MaxMagnitude(samples)));
        var map = _detector.Detect(samples, (float)(ListeningPeak / largest));
        if (map.SpeechFrames == 0)
        {
            return _refusals.NoSpeech(map.Confidence, samples.Length, segment.Length);
        }

        var (speechLevel, signalToNoise) = _levels.Measure(samples, map.Frames);
        if (signalToNoise < Options.MinimumSignalToNoise)
        {
            return _refusals.Noisy(signalToNoise.Value, segment.Length);
        }

        var quality = new AudioQuality(
            peak, clipped, speechLevel, signalToNoise, _bandwidth.Measure(samples, map.Frames));
        var gain = Specification.SpeechLevel is { } level
            ? (float)Math.Pow(10, (level - speechLevel) / 20)
            : 1;
        var margin = (int)Math.Round(Specification.SpeechMargin * Specification.SampleRate / Specification.HopLength);
        var keep = map.Keep(margin, out var kept);
        var features = _frontEnd.Compute(samples, keep, kept, gain);
        return new Utterance(
            features, Seconds(segment.Length), Seconds(SpeechSamples(map, segment.Length)), quality)
        {
            IsSpeech = kept == map.SpeechFrames ? default : SpeechAmongKept(map, keep, kept),
        };
    }

    private static bool[] SpeechAmongKept(SpeechMap map, ReadOnlySpan<bool> keep, int kept)
    {
        var speech = new bool[kept];
        var place = 0;
        for (var frame = 0; frame < keep.Length; frame++)
        {
            if (keep[frame])
            {
                speech[place++] = map.Frames[frame];
            }
        }

        return speech;
    }

    /// <summary>
    /// Samples of a segment that lie in a speech frame; the last frame stands for what is left of the segment too.
    /// </summary>
    private int SpeechSamples(SpeechMap map, int length)
    {
        var total = 0;
        var covered = 0;
        for (var frame = 0; frame < map.Count; frame++)
        {
            if (map.Frames[frame])
            {
                var start = frame * Specification.HopLength;
                var end = frame == map.Count - 1 ? length : Math.Min(length, start + Specification.FrameLength);
                total += end - Math.Max(start, covered);
                covered = end;
            }
        }

        return total;
    }

    private double Seconds(long samples) => (double)samples / Specification.SampleRate;
}
