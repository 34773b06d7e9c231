using Speaker.Augmentation;
using Speaker.Numerics;

namespace Speaker.Evaluation;

/// <summary>How a recording is changed before it is listened to.</summary>
internal enum ListeningCondition
{
    /// <summary>Other sounds 10 dB below the recording, by their powers over the whole.</summary>
    Noise,

    /// <summary>A simulated room, as training simulates them.</summary>
    Room,

    /// <summary>Telephone band and µ-law at 8 kHz.</summary>
    Telephone,
}

/// <summary>
/// Puts recordings under listening conditions with the parts that training augments with. What is drawn depends on the
/// seed, the condition and the recording's name alone, so that the same command gives the same figures.
/// </summary>
/// <remarks>Not thread safe: one instance, one thread.</remarks>
internal sealed class ConditionedSound
{
    public const double NoiseDecibels = 10;

    private const int SyntheticNoises = 64;
    private const int SyntheticNoiseSamples = 10 * 16000;

    private readonly Dictionary<ListeningCondition, WaveformAugmenter> _augmenters = [];
    private readonly int _seed;

    /// <param name="bank">From <see cref="Sounds"/>; shared by all threads.</param>
    /// <param name="seed">Of what is drawn.</param>
    public ConditionedSound(SoundBank bank, int seed)
    {
        _seed = seed;
        foreach (var condition in Enum.GetValues<ListeningCondition>())
        {
            _augmenters.Add(condition, new WaveformAugmenter(OptionsFor(condition), bank));
        }
    }

    /// <summary>What noise is made of: the sounds given, or synthetic ones where there are none.</summary>
    /// <param name="noises">16 kHz mono.</param>
    /// <param name="seed">Of the synthetic ones.</param>
    public static SoundBank Sounds(IReadOnlyList<float[]> noises, int seed) => new(
        noises.Count > 0
            ? noises
            : [.. Enumerable.Range(0, SyntheticNoises).Select(i =>
                SyntheticNoise.Draw(SyntheticNoiseSamples, SplitRandom.For(seed, SplitRandom.Key("noise"), i)))],
        [],
        []);

    /// <param name="condition">What is done to the recording.</param>
    /// <param name="samples">16 kHz mono.</param>
    /// <param name="name">Of the recording, without where it lies on this machine.</param>
    /// <returns>As many samples, in [-1, 1].</returns>
    public float[] Apply(ListeningCondition condition, ReadOnlySpan<float> samples, string name) =>
        _augmenters[condition].Apply(samples, SplitRandom.For(_seed, (int)condition, SplitRandom.Key(name)));

    /// <summary>Training's options with everything off but the one thing.</summary>
    internal static AugmentationOptions OptionsFor(ListeningCondition condition) => new()
    {
        ProsodyProbability = 0,
        RoomProbability = condition == ListeningCondition.Room ? 1 : 0,
        NoiseProbability = condition == ListeningCondition.Noise ? 1 : 0,
        NoiseDecibels = new ValueRange(NoiseDecibels, NoiseDecibels),
        BabbleProbability = 0,
        HissProbability = 0,
        EqualiserProbability = 0,
        TelephoneProbability = condition == ListeningCondition.Telephone ? 1 : 0,
        MuLawShare = 1,
        GsmShare = 0,
        LowPassProbability = 0,
        CodecProbability = 0,
        ClippingProbability = 0,
        PeakDecibels = new ValueRange(-6, -6),
    };
}
