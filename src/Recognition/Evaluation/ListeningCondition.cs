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

    /// <summary><see cref="Noise"/>, 15 dB below.</summary>
    Noise15,

    /// <summary><see cref="Noise"/>, 5 dB below.</summary>
    Noise5,

    /// <summary>Opus at 6 kbit/s, the lowest rate that libsndfile sets. The encoder varies it: of read speech come 5.5
    /// kbit/s, 6.7 with the container.</summary>
    Opus,
}

/// <summary>Names of conditions.</summary>
internal static class ListeningConditions
{
    /// <summary>As the command line and the model card have it.</summary>
    public static string NameOf(ListeningCondition condition) => condition.ToString().ToLowerInvariant();
}

/// <summary>
/// Puts recordings under listening conditions with the parts that training augments with. What is drawn depends on the
/// seed, the condition and the recording's name alone, so that the same command gives the same figures. At every level
/// of noise a recording has the same noise.
/// </summary>
/// <remarks>Not thread safe: one instance, one thread.</remarks>
internal sealed class ConditionedSound
{
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
        _augmenters[condition].Apply(samples, SplitRandom.For(
            _seed, (int)(NoiseDecibels(condition) is null ? condition : ListeningCondition.Noise),
            SplitRandom.Key(name)));

    /// <summary>Training's options with everything off but the one thing.</summary>
    internal static AugmentationOptions OptionsFor(ListeningCondition condition) => new()
    {
        ProsodyProbability = 0,
        RoomProbability = condition == ListeningCondition.Room ? 1 : 0,
        NoiseProbability = NoiseDecibels(condition) is null ? 0 : 1,
        NoiseDecibels = new ValueRange(NoiseDecibels(condition) ?? 0, NoiseDecibels(condition) ?? 0),
        BabbleProbability = 0,
        HissProbability = 0,
        EqualiserProbability = 0,
        TelephoneProbability = condition == ListeningCondition.Telephone ? 1 : 0,
        MuLawShare = 1,
        GsmShare = 0,
        LowPassProbability = 0,
        CodecProbability = condition == ListeningCondition.Opus ? 1 : 0,
        OpusShare = 1,
        CodecQuality = new ValueRange(0, 0),
        ClippingProbability = 0,
        PeakDecibels = new ValueRange(-6, -6),
    };

    /// <summary>Of the recording over the noise; null where the condition has none.</summary>
    private static double? NoiseDecibels(ListeningCondition condition) => condition switch
    {
        ListeningCondition.Noise15 => 15,
        ListeningCondition.Noise => 10,
        ListeningCondition.Noise5 => 5,
        _ => null,
    };
}
