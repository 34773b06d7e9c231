using System.Numerics.Tensors;

namespace Speaker.Audio;

/// <summary>
/// Which frames of a sound hold speech: by energy against the sound's own noise floor and speech level, with
/// periodicity to tell a voice from a noise. Works on whole sounds, deterministic, not thread safe; buffers are reused.
/// </summary>
public sealed class SpeechDetector
{
    private const double SmallestPower = 1e-12;

    private readonly FrontEndSpecification frontEnd;
    private readonly SpeechDetectorSpecification specification;
    private readonly VoicingMeter voicing;
    private readonly SpeechMap map = new();
    private readonly int blockLength;
    private float[] filtered = [];
    private float[] blocks = [];
    private float[] levels = [];
    private float[] sorted = [];

    /// <exception cref="AudioException">The specification has a value out of its range.</exception>
    public SpeechDetector(FrontEndSpecification frontEnd)
    {
        ArgumentNullException.ThrowIfNull(frontEnd);
        frontEnd.Validate();
        this.frontEnd = frontEnd;
        specification = frontEnd.SpeechDetector;
        voicing = new VoicingMeter(frontEnd.SampleRate);
        blockLength = (int)System.Numerics.BigInteger.GreatestCommonDivisor(frontEnd.FrameLength, frontEnd.HopLength);
    }

    /// <summary>Decides for every frame that the front end would make of these samples.</summary>
    /// <param name="samples">Mono at the front end's rate, full scale 1.</param>
    public SpeechMap Detect(ReadOnlySpan<float> samples)
    {
        var count = samples.Length < frontEnd.FrameLength
            ? 0
            : 1 + ((samples.Length - frontEnd.FrameLength) / frontEnd.HopLength);
        var speech = map.Begin(count);
        if (count == 0)
        {
            return map;
        }

        MeasureLevels(samples, count);
        map.NoiseLevel = Percentile(specification.NoisePercentile);
        map.SpeechLevel = Percentile(specification.SpeechPercentile);
        var bound = Bound();
        var loud = 0;
        for (var frame = 0; frame < count; frame++)
        {
            speech[frame] = levels[frame] > bound;
            loud += speech[frame] ? 1 : 0;
        }

        map.VoicedShare = VoicedShare(samples.Length, speech, loud);
        if (loud == 0 || map.VoicedShare < specification.MinimumVoicedShare)
        {
            speech.Clear();
            return map;
        }

        DropShortStretches(speech, InFrames(specification.MinimumStretchSeconds));
        Extend(speech, InFrames(specification.HangoverSeconds));
        foreach (var isSpeech in speech)
        {
            map.SpeechFrames += isSpeech ? 1 : 0;
        }

        return map;
    }

    /// <summary>Level of each frame of the last sound that <see cref="Detect"/> heard, in dBFS.</summary>
    internal ReadOnlySpan<float> Levels => levels.AsSpan(0, map.Count);

    private int InFrames(double seconds) => (int)Math.Round(seconds * frontEnd.SampleRate / frontEnd.HopLength);

    private void MeasureLevels(ReadOnlySpan<float> samples, int count)
    {
        HighPass(samples);
        var blockCount = samples.Length / blockLength;
        Grow(ref blocks, blockCount);
        for (var block = 0; block < blockCount; block++)
        {
            blocks[block] = TensorPrimitives.SumOfSquares(
                filtered.AsSpan(block * blockLength, blockLength));
        }

        Grow(ref levels, count);
        var blocksAFrame = frontEnd.FrameLength / blockLength;
        var blocksAHop = frontEnd.HopLength / blockLength;
        for (var frame = 0; frame < count; frame++)
        {
            var energy = 0f;
            foreach (var block in blocks.AsSpan(frame * blocksAHop, blocksAFrame))
            {
                energy += block;
            }

            levels[frame] = (float)(10 * Math.Log10((energy / frontEnd.FrameLength) + SmallestPower));
        }

        Grow(ref sorted, count);
        levels.AsSpan(0, count).CopyTo(sorted);
        sorted.AsSpan(0, count).Sort();
    }

    /// <summary>First order, y[n] = a (y[n-1] + x[n] - x[n-1]), from rest, so that an offset is no step.</summary>
    private void HighPass(ReadOnlySpan<float> samples)
    {
        Grow(ref filtered, samples.Length);
        var a = (float)(1 / (1 + (2 * Math.PI * specification.HighPassFrequency / frontEnd.SampleRate)));
        var previous = samples[0];
        var output = 0f;
        for (var i = 0; i < samples.Length; i++)
        {
            var sample = samples[i];
            output = a * (output + (sample - previous));
            previous = sample;
            filtered[i] = output;
        }
    }

    private double Percentile(double share) => sorted[(int)(share * (map.Count - 1))];

    private double Bound()
    {
        var range = map.SpeechLevel - map.NoiseLevel;
        var bound = Math.Max(specification.AbsoluteFloor, map.SpeechLevel - specification.SpeechRange);
        return range < specification.SteadyRange
            ? bound
            : Math.Max(bound, map.NoiseLevel + Math.Min(specification.NoiseShare * range, specification.NoiseMargin));
    }

    private double VoicedShare(int length, ReadOnlySpan<bool> loudFrames, int loud)
    {
        if (loud == 0)
        {
            return 0;
        }

        voicing.Load(filtered.AsSpan(0, length));
        var voiced = 0;
        for (var frame = 0; frame < loudFrames.Length; frame++)
        {
            if (loudFrames[frame]
                && voicing.Measure(frame * frontEnd.HopLength) >= specification.VoicingThreshold)
            {
                voiced++;
            }
        }

        return (double)voiced / loud;
    }

    private static void DropShortStretches(Span<bool> speech, int shortest)
    {
        for (var start = 0; start < speech.Length;)
        {
            var end = start;
            while (end < speech.Length && speech[end] == speech[start])
            {
                end++;
            }

            if (speech[start] && end - start < shortest)
            {
                speech[start..end].Clear();
            }

            start = end;
        }
    }

    /// <summary>Adds frames on either side of every stretch, which also closes gaps of up to twice as many.</summary>
    private static void Extend(Span<bool> speech, int hangover)
    {
        var sinceSpeech = int.MaxValue;
        for (var frame = 0; frame < speech.Length; frame++)
        {
            sinceSpeech = speech[frame] ? 0 : Math.Min(sinceSpeech, int.MaxValue - 1) + 1;
            speech[frame] = sinceSpeech <= hangover;
        }

        // The hangover after a stretch is not to be extended again before it: look ahead by what was not added.
        var untilSpeech = int.MaxValue;
        for (var frame = speech.Length - 1; frame >= 0; frame--)
        {
            var follows = speech[frame] && (frame == 0 || !speech[frame - 1]);
            untilSpeech = follows ? 0 : Math.Min(untilSpeech, int.MaxValue - 1) + 1;
            speech[frame] = speech[frame] || untilSpeech <= hangover;
        }
    }

    private static void Grow(ref float[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new float[length];
        }
    }
}
