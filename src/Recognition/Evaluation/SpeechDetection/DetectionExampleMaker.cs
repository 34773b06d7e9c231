using Speaker.Audio.Features;
using Speaker.Audio.SpeechDetection;
using Speaker.Augmentation;
using Speaker.Numerics;

namespace Speaker.Evaluation.SpeechDetection;

/// <summary>
/// Makes examples: speech with pauses in noise, rooms and channels, or sounds without a voice behind the same. An
/// example depends on the seed and its number alone.
/// </summary>
/// <remarks>Not thread safe: one instance, one thread.</remarks>
internal sealed class DetectionExampleMaker
{
    /// <summary>Samples of an example.</summary>
    public const int Length = 4 * 16000;

    private const double SpeechShare = 0.5;
    private const double SyntheticShare = 0.25;
    private const double OneStretchShare = 0.3;
    private const double OtherSpeedShare = 0.5;

    /// <summary>Of the examples of speech, those that begin with it, as cut recordings do.</summary>
    private const double StartsAtOnceShare = 0.35;

    /// <summary>Of the examples, those with a noise of their own everywhere; the others may fall to digital silence.</summary>
    private const double HissShare = 0.65;
    private const int FadeSamples = 80;

    /// <summary>How sounds are changed: noise from louder than the speech to hardly there.</summary>
    private static readonly AugmentationOptions Changes = new()
    {
        // Labels are by frame: what is said must stay where it was.
        ProsodyProbability = 0,
        RoomProbability = 0.35,
        NoiseProbability = 0.75,
        NoiseDecibels = new ValueRange(-5, 25),
        BabbleProbability = 0,
        HissProbability = 0.3,
        HissDecibels = new ValueRange(5, 40),
        TelephoneProbability = 0.25,
        PeakDecibels = new ValueRange(-45, 0),
    };

    private readonly IReadOnlyList<LabelledSpeech> _speech;
    private readonly IReadOnlyList<float[]> _noises;
    private readonly WaveformAugmenter _augmenter;
    private readonly FrontEndSpecification _frontEnd = new();
    private readonly SpeechFeatures _features;
    private readonly long _seed;

    public DetectionExampleMaker(IReadOnlyList<LabelledSpeech> speech, SoundBank sounds, int seed)
    {
        _speech = speech;
        _noises = sounds.Noises;
        _augmenter = new WaveformAugmenter(Changes, sounds);
        _features = new SpeechFeatures(_frontEnd);
        _seed = seed;
    }

    public DetectionExample Make(long number)
    {
        var random = SplitRandom.For(_seed, number);
        var labels = new bool[_frontEnd.CountFrames(Length)];
        var sound = random.Chance(SpeechShare) ? Speech(labels, random) : NoSpeech(random);
        sound = _augmenter.Apply(sound, random);
        var features = new float[labels.Length * SpeechFeatures.Count];
        _features.Begin();
        _features.Push(sound, features);
        return new DetectionExample(features, Array.ConvertAll(labels, label => label ? 1L : 0));
    }

    private float[] Speech(bool[] labels, SplitRandom random)
    {
        var sound = new float[Length];
        var hop = _frontEnd.HopLength;
        var oneStretch = random.Chance(OneStretchShare);
        var start = random.Chance(StartsAtOnceShare) ? 0 : Pause();
        while (start < labels.Length)
        {
            var utterance = _speech[random.Next(_speech.Count)];
            var from = random.Chance(0.5) ? 0 : random.Next(utterance.Labels.Length);
            var frames = Math.Min(utterance.Labels.Length - from, labels.Length - start);
            utterance.Labels.AsSpan(from, frames).CopyTo(labels.AsSpan(start));
            var piece = utterance.Samples.AsSpan(from * hop, frames * hop);
            var gain = (float)Math.Pow(10, random.Uniform(-6, 6) / 20);
            for (var i = 0; i < piece.Length; i++)
            {
                // Faded where it was cut, so that no click goes with speech.
                var fade = Math.Min(1f, Math.Min(from == 0 ? FadeSamples : i + 1, piece.Length - i) / (float)FadeSamples);
                sound[(start * hop) + i] = gain * fade * piece[i];
            }

            start += frames + Pause();
            if (oneStretch)
            {
                break;
            }
        }

        Hiss(sound, random);
        return sound;

        int Pause() => (int)(random.Uniform(0.05, 1.2) * _frontEnd.SampleRate / hop);
    }

    private float[] NoSpeech(SplitRandom random)
    {
        if (_noises.Count == 0 || random.Chance(SyntheticShare))
        {
            var made = SyntheticNoise.Draw(Length, random);
            Hiss(made, random);
            return made;
        }

        var noise = _noises[random.Next(_noises.Count)];
        if (random.Chance(OtherSpeedShare))
        {
            noise = SpeedPerturbation.Apply(noise, Math.Round(random.Uniform(0.7, 1.4), 2));
        }

        var sound = new float[Length];
        var place = random.Next(noise.Length);
        for (var i = 0; i < sound.Length; i++)
        {
            sound[i] = noise[place];
            place = (place + 1) % noise.Length;
        }

        return sound;
    }

    /// <summary>The noise of the recorder itself, however faint.</summary>
    private static void Hiss(float[] sound, SplitRandom random)
    {
        if (!random.Chance(HissShare))
        {
            return;
        }

        var level = (float)Math.Pow(10, random.Uniform(-95, -55) / 20);
        for (var i = 0; i < sound.Length; i++)
        {
            sound[i] += level * random.NextGaussians().First;
        }
    }
}
