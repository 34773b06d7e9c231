using System.Numerics.Tensors;
using Speaker.Audio.Features;
using Speaker.Audio.Numerics;
using Speaker.Audio.Quality;
using Speaker.Audio.SpeechDetection;

namespace Speaker.Audio.Utterances;

/// <summary>
/// Listens to sound while it comes: blocks of any length in, the frames of speech out as soon as the detector knows
/// them, each once. What <see cref="UtteranceReader"/> makes of the whole, but for what only the whole tells: the offset
/// is taken out by a filter, and the level is that of the speech so far. Memory does not grow with the length. Not
/// thread safe.
/// </summary>
/// <remarks>
/// Work is done by ticks of <see cref="HopsPerTick"/> hops, counted from the beginning of the sound, so that everything
/// is the same bits however the sound is cut into blocks.
/// </remarks>
internal sealed class UtteranceStream
{
    private const int HopsPerTick = 5;

    /// <summary>Speech-like frames are held so long until something is surely speech; older ones are dropped.</summary>
    private const double HeldSeconds = 5;

    /// <summary>More than this would make noise of rounding.</summary>
    private const double LargestGain = 1000;

    private readonly FrontEndSpecification _specification;
    private readonly UtteranceOptions _options;
    private readonly SoundRefusals _refusals;
    private readonly SpeechDetector _detector;
    private readonly StreamingFrontEnd _frontEnd;
    private readonly OffsetFilter _offset;
    private readonly QualityStream _quality;
    private readonly FrameQueue _waiting;
    private readonly FrameQueue _kept;
    private readonly List<bool> _keptIsSpeech = [];
    private readonly Queue<float> _hopPowers = new();
    private readonly float[] _tick;
    private readonly float[] _centred;
    private readonly float[] _rows;
    private readonly int _margin;
    private readonly int _held;
    private int _ticked;
    private double _peak;
    private double _confidence;
    private float _loudestHop;
    private double _speechPower;
    private long _speechHops;
    private long _decided;

    /// <summary>Number in the sound of the oldest frame that waits.</summary>
    private long _firstWaiting;

    private long _lastSpeech = long.MinValue / 2;
    private long _covered;
    private long _speechSamples;

    /// <exception cref="AudioException">A value of the specification is out of its range.</exception>
    public UtteranceStream(FrontEndSpecification specification, UtteranceOptions options)
    {
        _specification = specification;
        _options = options;
        _refusals = new SoundRefusals(specification, options);
        _detector = new SpeechDetector(specification);
        _frontEnd = new StreamingFrontEnd(specification);
        _offset = new OffsetFilter(specification);
        _quality = new QualityStream(specification);
        _waiting = new FrameQueue(specification.Cepstra);
        _kept = new FrameQueue(specification.Cepstra);
        _tick = new float[HopsPerTick * specification.HopLength];
        _centred = new float[_tick.Length];
        _rows = new float[(HopsPerTick + 1) * specification.Cepstra];
        _margin = Frames(specification.SpeechMargin);
        _held = Frames(HeldSeconds);
        _detector.Begin();
    }

    /// <summary>Whether the newest frame that is decided is speech.</summary>
    public bool IsSpeech => HasSpeech && _decided > 0 && _lastSpeech == _decided - 1;

    /// <summary>Length of what counted as speech.</summary>
    public double SpeechSeconds => HasSpeech ? (double)_speechSamples / _specification.SampleRate : 0;

    /// <summary>Whether something was surely speech; before, the sound holds none.</summary>
    private bool HasSpeech => _confidence >= _specification.SpeechDetector.SoundThreshold;

    /// <param name="samples">What follows, mono at the front end's rate, full scale 1, finite.</param>
    public void Push(ReadOnlySpan<float> samples)
    {
        while (!samples.IsEmpty)
        {
            var taken = Math.Min(samples.Length, _tick.Length - _ticked);
            samples[..taken].CopyTo(_tick.AsSpan(_ticked));
            samples = samples[taken..];
            _ticked += taken;
            if (_ticked == _tick.Length)
            {
                _ticked = 0;
                HearTick();
            }
        }
    }

    /// <summary>The frames of speech, with the margin beside it, that were decided since the last call.</summary>
    /// <param name="isSpeech">Of each, whether it is speech and not margin.</param>
    /// <returns>Raw, as <see cref="Utterance.Features"/>; none before something was surely speech.</returns>
    public FeatureMatrix Take(out bool[] isSpeech)
    {
        if (!HasSpeech)
        {
            isSpeech = [];
            return new FeatureMatrix(0, _specification.Cepstra);
        }

        isSpeech = [.. _keptIsSpeech];
        _keptIsSpeech.Clear();
        return _kept.Take();
    }

    /// <summary>What the sound so far is worth.</summary>
    /// <param name="totalSeconds">Its length.</param>
    public RecordingSummary Summarise(double totalSeconds)
    {
        var samples = (long)(totalSeconds * _specification.SampleRate);
        if (samples < _specification.FrameLength)
        {
            return RecordingSummary.Empty.Add(_refusals.LessThanAFrame((int)samples, samples));
        }

        if (_peak < SoundRefusals.SilentPeak && _decided > 0)
        {
            return RecordingSummary.Empty.Add(_refusals.Silent(_peak, samples));
        }

        if (!HasSpeech || _quality.Measure() is not { } quality)
        {
            return RecordingSummary.Empty.Add(_refusals.NoSpeech(_confidence, samples, samples));
        }

        if (quality.ClippedFraction > _options.MaximumClippedFraction)
        {
            return RecordingSummary.Empty.Add(_refusals.Clipped(quality.ClippedFraction, samples));
        }

        return quality.SignalToNoise < _options.MinimumSignalToNoise
            ? RecordingSummary.Empty.Add(_refusals.Noisy(quality.SignalToNoise.Value, samples))
            : RecordingSummary.Empty.Add(new SegmentQuality(quality, totalSeconds, SpeechSeconds));
    }

    private void HearTick()
    {
        _peak = Math.Max(_peak, Math.Abs(TensorPrimitives.MaxMagnitude(_tick)));
        _quality.Push(_tick);
        _offset.Remove(_tick, _centred);
        for (var hop = 0; hop < HopsPerTick; hop++)
        {
            var power = FixedOrderSums.SumOfSquares(
                _centred.AsSpan(hop * _specification.HopLength, _specification.HopLength)) / _specification.HopLength;
            _loudestHop = Math.Max(_loudestHop, power);
            _hopPowers.Enqueue(power);
        }

        var map = _detector.PushOn(_centred);
        _confidence = map.Confidence;
        var gain = Gain();
        TensorPrimitives.Multiply(_centred, (float)gain, _centred);
        var count = _frontEnd.Push(_centred, _rows);
        var rows = _rows.AsSpan(0, count * _specification.Cepstra);
        // The gain moves while more is heard; what it adds to the log bands, and so to c0 alone, goes out again.
        var shift = (float)(Math.Sqrt(_specification.MelBands) * 2 * Math.Log(gain));
        for (var frame = 0; frame < count; frame++)
        {
            rows[frame * _specification.Cepstra] -= shift;
        }

        _waiting.Add(rows);
        foreach (var isSpeech in map.Frames)
        {
            Decide(isSpeech);
        }
    }

    /// <summary>What brings the speech so far, or before there is any the loudest sound, to the front end's level.</summary>
    private double Gain()
    {
        if (_specification.SpeechLevel is not { } level || _loudestHop <= 0)
        {
            return 1;
        }

        var power = _speechHops > 0 ? _speechPower / _speechHops : _loudestHop;
        return power > 0 ? Math.Min(LargestGain, Math.Pow(10, level / 20) / Math.Sqrt(power)) : LargestGain;
    }

    /// <summary>The next frame is decided: speech keeps it, and those within the margin on either side.</summary>
    private void Decide(bool isSpeech)
    {
        _quality.Add(isSpeech);
        var power = _hopPowers.Dequeue();
        if (isSpeech)
        {
            _speechPower += power;
            _speechHops++;
            CountSamples();
            // What waited before it is its margin.
            for (var waiting = _decided - _firstWaiting; waiting > 0; waiting--)
            {
                Keep(isSpeech: false);
            }

            Keep(isSpeech: true);
            _lastSpeech = _decided;
        }
        else if (_decided <= _lastSpeech + _margin)
        {
            Keep(isSpeech: false);
        }
        else if (_decided - _firstWaiting >= _margin)
        {
            _waiting.Drop(1);
            _firstWaiting++;
        }

        _decided++;
        if (!HasSpeech && _kept.Count > _held)
        {
            _keptIsSpeech.RemoveRange(0, _kept.Count - _held);
            _kept.Drop(_kept.Count - _held);
            _speechSamples = Math.Min(_speechSamples, (long)_held * _specification.HopLength);
        }
    }

    private void Keep(bool isSpeech)
    {
        _kept.Add(_waiting[0]);
        _keptIsSpeech.Add(isSpeech);
        _waiting.Drop(1);
        _firstWaiting++;
    }

    private void CountSamples()
    {
        var start = _decided * _specification.HopLength;
        var end = start + _specification.FrameLength;
        _speechSamples += end - Math.Max(start, _covered);
        _covered = end;
    }

    private int Frames(double seconds) =>
        (int)Math.Round(seconds * _specification.SampleRate / _specification.HopLength);
}
