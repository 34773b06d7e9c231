using System.Globalization;
using System.Numerics.Tensors;

namespace Speaker.Audio;

/// <summary>
/// The one door from sound to features: a file, or samples from anywhere, through speech detection and the front end
/// to an utterance or to the reason why there is none. Training, enrolment and verification all come this way. Not
/// thread safe: one a thread.
/// </summary>
public sealed class UtteranceReader
{
    /// <summary>A sound whose largest sample is below this (-80 dBFS) holds nothing that was recorded.</summary>
    private const double SilentPeak = 1e-4;

    /// <summary>From this magnitude on a sample sits at full scale.</summary>
    private const float FullScale = 0.999f;

    private readonly FrontEnd frontEnd;
    private readonly SpeechDetector detector;

    /// <exception cref="AudioException">A value of the specification or the options is out of its range.</exception>
    public UtteranceReader(FrontEndSpecification specification, UtteranceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        frontEnd = new FrontEnd(specification);
        detector = new SpeechDetector(specification);
        if (specification.SampleRate != AudioFile.SampleRate)
        {
            throw new AudioException(
                $"{nameof(FrontEndSpecification.SampleRate)} is {specification.SampleRate}; sound is read at "
                + $"{AudioFile.SampleRate}.");
        }
    }

    public FrontEndSpecification Specification => frontEnd.Specification;

    public UtteranceOptions Options { get; }

    /// <summary>Reads a file and listens to it.</summary>
    /// <exception cref="AudioException">The file is not there, is not sound, or is damaged.</exception>
    /// <exception cref="OperationCanceledException">The token says so.</exception>
    public UtteranceResult Read(string path, CancellationToken cancellationToken = default)
    {
        if (AudioFile.TryReadSamples(path, Options.MaximumSeconds, cancellationToken, out var samples))
        {
            return Analyse(samples);
        }

        return Refuse(
            RefusalReason.TooLong, samples.Length, 0,
            $"more than {Options.MaximumSeconds:0.#} s of sound, the most that one utterance may hold; cut it into "
            + "parts");
    }

    /// <summary>Listens to samples.</summary>
    /// <param name="samples">16 kHz mono, full scale 1.</param>
    /// <exception cref="AudioException">A sample is not a finite number.</exception>
    public UtteranceResult Analyse(ReadOnlySpan<float> samples)
    {
        SampleChecks.RequireFinite(samples, "samples");
        if (samples.Length > Options.MaximumSeconds * Specification.SampleRate)
        {
            return Refuse(
                RefusalReason.TooLong, samples.Length, 0,
                $"{Seconds(samples.Length):F1} s of sound; one utterance may hold {Options.MaximumSeconds:0.#} s, so "
                + "cut it into parts");
        }

        if (samples.Length < Specification.FrameLength)
        {
            return Refuse(
                RefusalReason.TooShort, samples.Length, 0,
                $"{Seconds(samples.Length):F3} s of sound is less than one frame; record at least "
                + $"{Options.MinimumSpeechSeconds} s of speech");
        }

        var peak = Math.Abs(TensorPrimitives.MaxMagnitude(samples));
        if (peak < SilentPeak)
        {
            return Refuse(
                RefusalReason.Silent, samples.Length, 0,
                $"silence: the largest sample is {Decibels(peak)}, below {Decibels(SilentPeak)}; check that the "
                + "microphone is on");
        }

        var clipped = ClippedFraction(samples);
        if (clipped > Options.MaximumClippedFraction)
        {
            return Refuse(
                RefusalReason.Clipped, samples.Length, 0,
                $"{clipped:P1} of the samples sit at full scale, at most {Options.MaximumClippedFraction:P1} may; "
                + "record at a lower level");
        }

        return Gate(samples, peak, clipped);
    }

    private UtteranceResult Gate(ReadOnlySpan<float> samples, double peak, double clipped)
    {
        var map = detector.Detect(samples);
        if (map.SpeechFrames == 0)
        {
            return Refuse(
                RefusalReason.NoSpeech, samples.Length, 0,
                $"no speech in {Seconds(samples.Length):F2} s of sound: {map.VoicedShare:P0} of its loud frames are "
                + $"voiced, at least {Specification.SpeechDetector.MinimumVoicedShare:P0} must be, and they reach "
                + $"{map.SpeechLevel:F0} dBFS, at least {Specification.SpeechDetector.AbsoluteFloor:F0} is needed; "
                + "speak closer to the microphone");
        }

        var speechSeconds = Seconds(SpeechSamples(map, samples.Length));
        if (speechSeconds < Options.MinimumSpeechSeconds)
        {
            return Refuse(
                RefusalReason.TooShort, samples.Length, speechSeconds,
                $"{speechSeconds:F2} s of speech in {Seconds(samples.Length):F2} s of sound; at least "
                + $"{Options.MinimumSpeechSeconds} s of speech is needed, so speak longer");
        }

        var quality = Quality(map, peak, clipped);
        var gain = Specification.SpeechLevel is { } level
            ? (float)Math.Pow(10, (level - quality.SpeechLevel) / 20)
            : 1;
        var features = frontEnd.Compute(samples, map.Frames, map.SpeechFrames, gain);
        return new Utterance(features, Seconds(samples.Length), speechSeconds, quality);
    }

    /// <summary>Samples that lie in a speech frame; the last frame stands for what is left of the sound too.</summary>
    private int SpeechSamples(SpeechMap map, int length)
    {
        var total = 0;
        var covered = 0;
        for (var frame = 0; frame < map.Count; frame++)
        {
            if (map.Frames[frame])
            {
                var start = frame * Specification.HopLength;
                var end = frame == map.Count - 1 ? length : start + Specification.FrameLength;
                total += end - Math.Max(start, covered);
                covered = end;
            }
        }

        return total;
    }

    private AudioQuality Quality(SpeechMap map, double peak, double clipped)
    {
        const int fewestNoiseFrames = 10;
        double speech = 0;
        double noise = 0;
        for (var frame = 0; frame < map.Count; frame++)
        {
            var power = Math.Pow(10, detector.Levels[frame] / 10);
            if (map.Frames[frame])
            {
                speech += power;
            }
            else
            {
                noise += power;
            }
        }

        speech /= map.SpeechFrames;
        var noiseFrames = map.Count - map.SpeechFrames;
        noise /= Math.Max(1, noiseFrames);
        double? ratio = noiseFrames < fewestNoiseFrames
            ? null
            : 10 * Math.Log10(Math.Max(speech - noise, noise * 0.01) / noise);
        return new AudioQuality(peak, clipped, 10 * Math.Log10(speech), ratio);
    }

    private Refusal Refuse(RefusalReason reason, int samples, double speechSeconds, string message) =>
        new(reason, message + ".", Seconds(samples), speechSeconds);

    private double Seconds(int samples) => (double)samples / Specification.SampleRate;

    private static string Decibels(double amplitude) => amplitude > 0
        ? (20 * Math.Log10(amplitude)).ToString("F0", CultureInfo.InvariantCulture) + " dBFS"
        : "zero";

    private static double ClippedFraction(ReadOnlySpan<float> samples)
    {
        var clipped = 0;
        foreach (var sample in samples)
        {
            clipped += Math.Abs(sample) >= FullScale ? 1 : 0;
        }

        return (double)clipped / samples.Length;
    }
}
