namespace Speaker.Augmentation;

/// <summary>A range of values to draw from, evenly.</summary>
internal readonly record struct ValueRange(double Low, double High);

/// <summary>
/// How often and how strongly training recordings are changed. Probabilities are 0 to 1, 0 never, and independent of
/// each other save that a recording is given at most one of telephone band and low-pass. Order: prosody, room, then
/// noise, babble and hiss, then the channel (equaliser, band, line, file codec), then gain and clipping.
/// </summary>
internal sealed record AugmentationOptions
{
    /// <summary>
    /// Pitch and tempo of the same speaker, formants kept: another mood, the same label. It costs more than all else
    /// together (docs/augmentation.md).
    /// </summary>
    public double ProsodyProbability { get; init; } = 0.1;

    /// <summary>How far the pitch moves, up or down, semitones, 0 to 12.</summary>
    public ValueRange PitchSemitones { get; init; } = new(1, 4);

    /// <summary>Tempo over the recorded one, 0.5 to 2, drawn evenly on a logarithmic axis.</summary>
    public ValueRange TempoRatio { get; init; } = new(0.8, 1.25);

    /// <summary>A room: a recorded impulse response, or a made one (image method).</summary>
    public double RoomProbability { get; init; } = 0.5;

    /// <summary>Of the rooms, the share taken from recorded responses where there are any.</summary>
    public double RecordedRoomShare { get; init; } = 0.3;

    /// <summary>Length and width of made rooms, metres, 2 to 30.</summary>
    public ValueRange RoomMetres { get; init; } = new(2.5, 9);

    public ValueRange RoomHeightMetres { get; init; } = new(2.3, 4);

    /// <summary>
    /// Share of the energy that the walls of made rooms absorb, 0.1 to 0.9; each wall half to one and a half of it.
    /// </summary>
    public ValueRange RoomAbsorption { get; init; } = new(0.15, 0.7);

    /// <summary>From the voice to the microphone in made rooms, metres, 0.05 to 10.</summary>
    public ValueRange RoomDistanceMetres { get; init; } = new(0.2, 2.5);

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

    /// <summary>
    /// Of the telephone calls, the share that goes through GSM 06.10 full rate; one line has one codec.
    /// </summary>
    public double GsmShare { get; init; } = 0.25;

    /// <summary>A low-pass as cheap codecs and Bluetooth have it.</summary>
    public double LowPassProbability { get; init; } = 0.15;

    public ValueRange LowPassHertz { get; init; } = new(3500, 7500);

    /// <summary>A recording stored at a low rate: a round trip through Vorbis or Opus, whatever its band.</summary>
    public double CodecProbability { get; init; } = 0.2;

    /// <summary>Of those, the share of Opus; the others are Vorbis.</summary>
    public double OpusShare { get; init; } = 0.5;

    /// <summary>Quality as the encoder takes it, 0 to 1.</summary>
    public ValueRange CodecQuality { get; init; } = new(0, 0.4);

    public double ClippingProbability { get; init; } = 0.1;

    /// <summary>Peak level after all, dB below full scale.</summary>
    public ValueRange PeakDecibels { get; init; } = new(-30, 0);

    /// <summary>Throws <see cref="ModelException"/> naming the value and the bound where one is out of range.</summary>
    public void Validate()
    {
        foreach (var (name, value) in ((string, double)[])
                 [
                     (nameof(ProsodyProbability), ProsodyProbability), (nameof(RoomProbability), RoomProbability),
                     (nameof(RecordedRoomShare), RecordedRoomShare),
                     (nameof(NoiseProbability), NoiseProbability), (nameof(BabbleProbability), BabbleProbability),
                     (nameof(HissProbability), HissProbability), (nameof(EqualiserProbability), EqualiserProbability),
                     (nameof(TelephoneProbability), TelephoneProbability), (nameof(MuLawShare), MuLawShare),
                     (nameof(GsmShare), GsmShare), (nameof(LowPassProbability), LowPassProbability),
                     (nameof(CodecProbability), CodecProbability), (nameof(OpusShare), OpusShare),
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

        if (MuLawShare + GsmShare > 1)
        {
            throw new ModelException(
                $"AugmentationOptions.{nameof(MuLawShare)} and {nameof(GsmShare)} make {MuLawShare + GsmShare} "
                + "together; a line has one codec, so at most 1.");
        }

        if (!(EqualiserDecibels is >= 0 and <= 24))
        {
            throw new ModelException(
                $"AugmentationOptions.{nameof(EqualiserDecibels)} is {EqualiserDecibels}; it must lie between 0 and "
                + "24.");
        }

        foreach (var (name, range, low, high) in ((string, ValueRange, double, double)[])
                 [
                     (nameof(PitchSemitones), PitchSemitones, 0, 12), (nameof(TempoRatio), TempoRatio, 0.5, 2),
                     (nameof(RoomMetres), RoomMetres, 2, 30), (nameof(RoomHeightMetres), RoomHeightMetres, 2, 30),
                     (nameof(RoomAbsorption), RoomAbsorption, 0.1, 0.9),
                     (nameof(RoomDistanceMetres), RoomDistanceMetres, 0.05, 10),
                     (nameof(CodecQuality), CodecQuality, 0, 1),
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
