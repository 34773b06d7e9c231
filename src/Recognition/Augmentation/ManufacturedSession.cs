namespace Speaker.Augmentation;

/// <summary>
/// Sessions that are made out of recordings: each one chain of room, microphone curve, noise, band or codec, level and
/// clipping. What is drawn (which room, which noise, how loud) differs from recording to recording; the kind of line and
/// the range of the noise are the session's, so that recordings of two people in one session share them.
/// </summary>
internal static class ManufacturedSession
{
    private static readonly AugmentationOptions Base = new()
    {
        ProsodyProbability = 0,
        RoomProbability = 0.5,
        NoiseProbability = 0.7,
        NoiseDecibels = new ValueRange(10, 25),
        BabbleProbability = 0.1,
        HissProbability = 0.3,
        EqualiserProbability = 0.8,
        TelephoneProbability = 0,
        LowPassProbability = 0,
        CodecProbability = 0,
        ClippingProbability = 0.05,
    };

    private static readonly Dictionary<string, AugmentationOptions> ByName = new(StringComparer.Ordinal)
    {
        // A microphone of one's own at a desk: near, any curve, little noise, what it stores is compressed mildly.
        ["desk"] = Base with
        {
            RoomDistanceMetres = new ValueRange(0.2, 0.8),
            CodecProbability = 0.3,
            CodecQuality = new ValueRange(0.2, 0.6),
        },
        // A device across the room.
        ["far"] = Base with
        {
            RoomProbability = 1,
            RoomDistanceMetres = new ValueRange(1, 4),
            NoiseProbability = 1,
            NoiseDecibels = new ValueRange(5, 20),
        },
        // A landline: band and µ-law.
        ["telephone"] = Base with
        {
            RoomProbability = 0.3, TelephoneProbability = 1, MuLawShare = 1, GsmShare = 0,
        },
        // A mobile phone outdoors: band, GSM, street noise.
        ["mobile"] = Base with
        {
            RoomProbability = 0.2,
            TelephoneProbability = 1,
            MuLawShare = 0,
            GsmShare = 1,
            NoiseProbability = 1,
            NoiseDecibels = new ValueRange(5, 20),
        },
        // A call over the internet at 6 to 30 kbit/s.
        ["internet"] = Base with { CodecProbability = 1, OpusShare = 1, CodecQuality = new ValueRange(0, 0.1) },
        // A cheap or worn device in a loud place: low-pass, babble, overdriven.
        ["worn"] = Base with
        {
            LowPassProbability = 1,
            LowPassHertz = new ValueRange(2500, 6000),
            NoiseProbability = 0.8,
            NoiseDecibels = new ValueRange(0, 15),
            BabbleProbability = 0.4,
            HissProbability = 0.5,
            EqualiserDecibels = 14,
            ClippingProbability = 0.5,
        },
    };

    /// <summary>The names that <see cref="Options"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["desk", "far", "telephone", "mobile", "internet", "worn"];

    /// <summary>The chain of a session.</summary>
    /// <exception cref="ModelException">No session has that name.</exception>
    public static AugmentationOptions Options(string name) => ByName.TryGetValue(name, out var options)
        ? options
        : throw new ModelException($"there is no session named '{name}'; use {string.Join(", ", Names)}");
}
