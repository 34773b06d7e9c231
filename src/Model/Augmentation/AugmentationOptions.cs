namespace Speaker.Model.Augmentation;

/// <summary>A range of values to draw from, evenly.</summary>
public readonly record struct ValueRange(double Low, double High);

/// <summary>
/// How often and how strongly training recordings are changed. Probabilities are 0 to 1 and independent of each other
/// save that a recording is given at most one of telephone band and low-pass. Order: room, then noise, babble and hiss,
/// then the channel (equaliser, band), then gain and clipping.
/// </summary>
public sealed record AugmentationOptions
{
    /// <summary>A room: a recorded impulse response, or one made of decaying noise behind a direct path.</summary>
    public double RoomProbability { get; init; } = 0.5;

    /// <summary>Of the rooms, the share taken from recorded responses where there are any.</summary>
    public double RecordedRoomShare { get; init; } = 0.3;

    /// <summary>Reverberation time (60 dB) of made rooms, seconds.</summary>
    public ValueRange RoomSeconds { get; init; } = new(0.1, 0.7);

    /// <summary>Energy of the direct path over that of the reverberation in made rooms, dB.</summary>
    public ValueRange DirectToReverberantDecibels { get; init; } = new(-2, 12);

    public double NoiseProbability { get; init; } = 0.6;

    public ValueRange NoiseDecibels { get; init; } = new(0, 20);

    /// <summary>Three to six other speakers at once.</summary>
    public double BabbleProbability { get; init; } = 0.1;

    public ValueRange BabbleDecibels { get; init; } = new(8, 20);

    /// <summary>White noise of an amplifier.</summary>
    public double HissProbability { get; init; } = 0.2;

    public ValueRange HissDecibels { get; init; } = new(10, 30);

    /// <summary>A smooth random frequency response: microphone and placement.</summary>
    public double EqualiserProbability { get; init; } = 0.6;

    /// <summary>Gain of each band of the equaliser, dB, either side of 0; 0 to 24.</summary>
    public double EqualiserDecibels { get; init; } = 9;

    /// <summary>Telephone band, about 300 to 3,400 Hz, at 8 kHz.</summary>
    public double TelephoneProbability { get; init; } = 0.35;

    /// <summary>Of the telephone calls, the share that goes through µ-law.</summary>
    public double MuLawShare { get; init; } = 0.5;

    /// <summary>A low-pass as cheap codecs and Bluetooth have it.</summary>
    public double LowPassProbability { get; init; } = 0.15;

    public ValueRange LowPassHertz { get; init; } = new(3500, 7500);

    public double ClippingProbability { get; init; } = 0.1;

    /// <summary>Peak level after all, dB below full scale.</summary>
    public ValueRange PeakDecibels { get; init; } = new(-30, 0);

    /// <summary>Throws <see cref="ModelException"/> naming the value and the bound where one is out of range.</summary>
    public void Validate()
    {
        foreach (var (name, value) in ((string, double)[])
                 [
                     (nameof(RoomProbability), RoomProbability), (nameof(RecordedRoomShare), RecordedRoomShare),
                     (nameof(NoiseProbability), NoiseProbability), (nameof(BabbleProbability), BabbleProbability),
                     (nameof(HissProbability), HissProbability), (nameof(EqualiserProbability), EqualiserProbability),
                     (nameof(TelephoneProbability), TelephoneProbability), (nameof(MuLawShare), MuLawShare),
                     (nameof(LowPassProbability), LowPassProbability),
                     (nameof(ClippingProbability), ClippingProbability),
                 ])
        {
            if (!(value is >= 0 and <= 1))
            {
                throw new ModelException($"AugmentationOptions.{name} is {value}; it must lie between 0 and 1.");
            }
        }

        if (TelephoneProbability + LowPassProbability > 1)
        {
            throw new ModelException(
                $"AugmentationOptions.{nameof(TelephoneProbability)} and {nameof(LowPassProbability)} make "
                + $"{TelephoneProbability + LowPassProbability} together; a recording has one band, so at most 1.");
        }

        if (!(EqualiserDecibels is >= 0 and <= 24))
        {
            throw new ModelException(
                $"AugmentationOptions.{nameof(EqualiserDecibels)} is {EqualiserDecibels}; it must lie between 0 and "
                + "24.");
        }

        foreach (var (name, range, low, high) in ((string, ValueRange, double, double)[])
                 [
                     (nameof(RoomSeconds), RoomSeconds, 0.01, 3),
                     (nameof(DirectToReverberantDecibels), DirectToReverberantDecibels, -20, 60),
                     (nameof(NoiseDecibels), NoiseDecibels, -20, 60), (nameof(BabbleDecibels), BabbleDecibels, -20, 60),
                     (nameof(HissDecibels), HissDecibels, -20, 80), (nameof(LowPassHertz), LowPassHertz, 500, 8000),
                     (nameof(PeakDecibels), PeakDecibels, -60, 0),
                 ])
        {
            if (!(range.Low >= low && range.Low <= range.High && range.High <= high))
            {
                throw new ModelException(
                    $"AugmentationOptions.{name} is {range.Low} to {range.High}; it must rise and lie between {low} "
                    + $"and {high}.");
            }
        }
    }
}
