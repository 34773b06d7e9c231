using System.Numerics.Tensors;
using Speaker.Audio.Features;

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

    private readonly FrontEndSpecification frontEnd;
    private readonly SpeechDetectorSpecification specification;
    private readonly SpeechFeatures features;
    private readonly SpeechNetworkStream network;
    private readonly SpeechMap map = new();
    private readonly float[] block = new float[BlockLength];
    private readonly float[] frames;
    private readonly double[] stretch;
    private readonly float threshold;
    private readonly int lookAhead;
    private float gain;
    private double stretchSum;

    /// <exception cref="AudioException">The specification has a value out of its range, or names a network that this
    /// build does not have.</exception>
    public SpeechDetector(FrontEndSpecification frontEnd)
        : this(frontEnd, SpeechNetwork.Shipped)
    {
        if (specification.Network != SpeechNetwork.Shipped.Name)
        {
            throw new AudioException(
                $"{nameof(SpeechDetectorSpecification)}.{nameof(SpeechDetectorSpecification.Network)} is "
                + $"\"{specification.Network}\"; this build listens with \"{SpeechNetwork.Shipped.Name}\". Use the "
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
        this.frontEnd = frontEnd;
        specification = frontEnd.SpeechDetector;
        features = new SpeechFeatures(frontEnd);
        this.network = new SpeechNetworkStream(network);
        lookAhead = network.LookAhead;
        frames = new float[features.CountFrames(frontEnd.FrameLength + BlockLength) * SpeechFeatures.Count];
        stretch = new double[Math.Max(
            1, (int)Math.Round(specification.StretchSeconds * frontEnd.SampleRate / frontEnd.HopLength))];
        threshold = (float)Math.Log(specification.FrameThreshold / (1 - specification.FrameThreshold));
    }

    /// <summary>From the end of a frame to the end of the sound that decides it, in seconds.</summary>
    public double LookAheadSeconds => (double)lookAhead * frontEnd.HopLength / frontEnd.SampleRate;

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
        this.gain = gain;
        features.Begin();
        network.Begin();
        map.Begin();
        Array.Clear(stretch);
        stretchSum = 0;
    }

    /// <summary>Takes the next samples of the sound.</summary>
    /// <returns>The frames decided so far.</returns>
    public SpeechMap Push(ReadOnlySpan<float> samples)
    {
        while (!samples.IsEmpty)
        {
            var length = Math.Min(BlockLength, samples.Length);
            TensorPrimitives.Multiply(samples[..length], gain, block);
            samples = samples[length..];
            var count = features.Push(block.AsSpan(0, length), frames);
            for (var frame = 0; frame < count; frame++)
            {
                if (network.Push(frames.AsSpan(frame * SpeechFeatures.Count, SpeechFeatures.Count), out var logOdds))
                {
                    Add(logOdds);
                }
            }
        }

        return map;
    }

    /// <summary>
    /// After the last sample: decides the frames that waited for more, and whether the sound holds speech at all.
    /// </summary>
    public SpeechMap End()
    {
        while (network.Flush(out var logOdds))
        {
            Add(logOdds);
        }

        if (map.Confidence < specification.SoundThreshold)
        {
            map.Dismiss();
        }

        return map;
    }

    private void Add(float logOdds)
    {
        var probability = 1 / (1 + Math.Exp(-(double)logOdds));
        ref var oldest = ref stretch[map.Count % stretch.Length];
        stretchSum += probability - oldest;
        oldest = probability;
        map.Add(logOdds, logOdds > threshold, stretchSum / stretch.Length);
    }
}
