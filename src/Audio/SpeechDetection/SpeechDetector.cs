using System.Numerics.Tensors;
using Speaker.Audio.Features;
using Speaker.Audio.Numerics;
using Speaker.Audio.SpeechDetection.TimeDelayNetwork;

namespace Speaker.Audio.SpeechDetection;

/// <summary>
/// Which frames of a sound hold speech, by a <see cref="SpeechNetwork"/>. A frame is decided with what was heard until
/// <see cref="LookAheadSeconds"/> after it, so that sound may come in blocks; the map is the same however it is cut.
/// Deterministic, not thread safe; buffers are reused.
/// </summary>
internal sealed class SpeechDetector
{
    /// <summary>Samples worked on at a time.</summary>
    private const int BlockLength = 8000;

    private readonly FrontEndSpecification _frontEnd;
    private readonly SpeechDetectorSpecification _specification;
    private readonly SpeechFeatures _features;
    private readonly SpeechNetworkStream _network;
    private readonly SpeechMap _map = new();
    private readonly float[] _block = new float[BlockLength];
    private readonly float[] _frames;
    private readonly float[] _logOdds;
    private readonly double[] _stretch;
    private readonly float _threshold;
    private readonly int _lookAhead;
    private float _gain;
    private double _stretchSum;
    private int _stretchPlace;

    /// <exception cref="AudioException">The specification has a value out of its range, or names a network that this
    /// build does not have.</exception>
    public SpeechDetector(FrontEndSpecification frontEnd)
        : this(frontEnd, SpeechNetwork.Shipped)
    {
        if (_specification.Network != SpeechNetwork.Shipped.Name)
        {
            throw new AudioException(
                $"{nameof(SpeechDetectorSpecification)}.{nameof(SpeechDetectorSpecification.Network)} is "
                + $"\"{_specification.Network}\"; this build has \"{SpeechNetwork.Shipped.Name}\". Use the "
                + "release that the model was made with, or train the model again.");
        }
    }

    /// <summary>A detector with a network of one's own, whatever the specification names.</summary>
    /// <exception cref="AudioException">The specification has a value out of its range.</exception>
    public SpeechDetector(FrontEndSpecification frontEnd, SpeechNetwork network)
    {
        ArgumentNullException.ThrowIfNull(frontEnd);
        ArgumentNullException.ThrowIfNull(network);
        frontEnd.Validate();
        _frontEnd = frontEnd;
        _specification = frontEnd.SpeechDetector;
        _features = new SpeechFeatures(frontEnd);
        _network = new SpeechNetworkStream(network);
        _lookAhead = network.LookAhead;
        var most = _features.CountFrames(frontEnd.FrameLength + BlockLength);
        _frames = new float[most * SpeechFeatures.Count];
        _logOdds = new float[Math.Max(most, _lookAhead)];
        _stretch = new double[Math.Max(
            1, (int)Math.Round(_specification.StretchSeconds * frontEnd.SampleRate / frontEnd.HopLength))];
        _threshold = (float)Math.Log(_specification.FrameThreshold / (1 - _specification.FrameThreshold));
    }

    /// <summary>From the end of a frame to the end of the sound that decides it, in seconds.</summary>
    public double LookAheadSeconds => (double)_lookAhead * _frontEnd.HopLength / _frontEnd.SampleRate;

    /// <summary>Decides for every frame that the front end would make of these samples.</summary>
    /// <param name="samples">Mono at the front end's rate, full scale 1.</param>
    /// <param name="gain">The samples are multiplied by it, see <see cref="Begin"/>.</param>
    public SpeechMap Detect(ReadOnlySpan<float> samples, float gain = 1)
    {
        Begin(gain);
        Push(samples);
        return End();
    }

    /// <summary>The next samples are the first of another sound.</summary>
    /// <param name="gain">
    /// The samples are multiplied by it. Level does not matter but where a sound falls to digital silence: how far that
    /// lies below the speech is the same at any level only if the gain brings the speech to one.
    /// </param>
    public void Begin(float gain = 1)
    {
        _gain = gain;
        _features.Begin();
        _network.Begin();
        _map.Begin();
        Array.Clear(_stretch);
        _stretchSum = 0;
        _stretchPlace = 0;
    }

    /// <summary>Takes the next samples of the sound.</summary>
    /// <returns>The frames decided so far.</returns>
    public SpeechMap Push(ReadOnlySpan<float> samples)
    {
        while (!samples.IsEmpty)
        {
            var length = Math.Min(BlockLength, samples.Length);
            TensorPrimitives.Multiply(samples[..length], _gain, _block);
            samples = samples[length..];
            var count = _features.Push(_block.AsSpan(0, length), _frames);
            var decided = _network.Push(_frames.AsSpan(0, count * SpeechFeatures.Count), _logOdds);
            Add(_logOdds.AsSpan(0, decided));
        }

        return _map;
    }

    /// <summary>Takes the next samples of a sound without end, in the memory of one block.</summary>
    /// <returns>The frames decided since the last call alone, and of the sound so far its
    /// <see cref="SpeechMap.Confidence"/>.</returns>
    public SpeechMap PushOn(ReadOnlySpan<float> samples)
    {
        _map.Forget();
        return Push(samples);
    }

    /// <summary>
    /// After the last sample: decides the frames that waited for more, and whether the sound holds speech at all.
    /// </summary>
    public SpeechMap End()
    {
        Add(_logOdds.AsSpan(0, _network.Flush(_logOdds)));

        if (_map.Confidence < _specification.SoundThreshold)
        {
            _map.Dismiss();
        }

        return _map;
    }

    private void Add(ReadOnlySpan<float> logOdds)
    {
        foreach (var odds in logOdds)
        {
            var probability = (double)LaneFunctions.Sigmoid(odds);
            ref var oldest = ref _stretch[_stretchPlace];
            _stretchSum += probability - oldest;
            oldest = probability;
            _stretchPlace = (_stretchPlace + 1) % _stretch.Length;
            _map.Add(odds, odds > _threshold, _stretchSum / _stretch.Length);
        }
    }
}
