using System.Globalization;
using Speaker.Audio.Features;

namespace Speaker.Audio.Utterances;

/// <summary>Why a sound holds nothing to judge a speaker by, with what was found, the bound and what to do.</summary>
/// <remarks>Lengths are in samples: the last argument of each is the length that the sound counts for.</remarks>
internal sealed class SoundRefusals(FrontEndSpecification specification, UtteranceOptions options)
{
    /// <summary>A sound whose largest sample is below this (-80 dBFS) holds nothing that was recorded.</summary>
    public const double SilentPeak = 1e-4;

    public Refusal LessThanAFrame(int samples, long length) => Refuse(
        RefusalReason.TooShort, length,
        $"{Seconds(samples):F3} s of sound is less than one frame; record at least {options.MinimumSpeechSeconds} s of "
        + "speech");

    public Refusal Silent(double peak, long length) => Refuse(
        RefusalReason.Silent, length,
        $"silence: the largest sample is {Decibels(peak)}, below {Decibels(SilentPeak)}; check that the microphone is "
        + "on");

    public Refusal Clipped(double fraction, long length) => Refuse(
        RefusalReason.Clipped, length,
        $"{fraction:P1} of the samples are clipped, at most {options.MaximumClippedFraction:P1} may be; record at a "
        + "lower level");

    public Refusal NoSpeech(double confidence, long samples, long length) => Refuse(
        RefusalReason.NoSpeech, length,
        $"no speech in {Seconds(samples):F2} s of sound: its most speech-like "
        + $"{specification.SpeechDetector.StretchSeconds} s are {confidence:P0} likely to be speech, at least "
        + $"{specification.SpeechDetector.SoundThreshold:P0} is needed; speak closer to the microphone");

    public Refusal Noisy(double signalToNoise, long length) => Refuse(
        RefusalReason.Noisy, length,
        $"the speech is {signalToNoise:F0} dB above the noise, at least {options.MinimumSignalToNoise:0.#} dB is "
        + "needed; record nearer to the microphone or in a quieter place");

    private Refusal Refuse(RefusalReason reason, long length, string message) =>
        new(reason, message + ".", Seconds(length), 0);

    private double Seconds(long samples) => (double)samples / specification.SampleRate;

    private static string Decibels(double amplitude) => amplitude > 0
        ? (20 * Math.Log10(amplitude)).ToString("F0", CultureInfo.InvariantCulture) + " dBFS"
        : "zero";
}
