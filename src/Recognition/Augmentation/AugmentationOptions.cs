using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.Augmentation;

/// <summary>A range of values to draw from, evenly.</summary>
internal readonly record struct ValueRange(double Low, double High);

/// <summary>
/// How often and how strongly training recordings are changed. Probabilities are 0 to 1, 0 never, and independent of
/// each other save that a recording is given at most one of telephone band and low-pass. Order: prosody, room, then
/// noise, babble and hiss, then the channel (equaliser, band, line, file codec), then gain and clipping.
/// </summary>
internal sealed record AugmentationOptions : IValidatableObject
{
    /// <summary>
    /// Pitch and tempo of the same speaker, formants kept: another mood, the same label. It costs more than all else
    /// together (docs/augmentation.md).
    /// </summary>
    [Between(0, 1)]
    public double ProsodyProbability { get; init; } = 0.1;

    /// <summary>How far the pitch moves, up or down, semitones, 0 to 12.</summary>
    [RisingBetween(0, 12)]
    public ValueRange PitchSemitones { get; init; } = new(1, 4);

    /// <summary>Tempo over the recorded one, 0.5 to 2, drawn evenly on a logarithmic axis.</summary>
    [RisingBetween(0.5, 2)]
    public ValueRange TempoRatio { get; init; } = new(0.8, 1.25);

    /// <summary>A room: a recorded impulse response, or a made one (image method).</summary>
    [Between(0, 1)]
    public double RoomProbability { get; init; } = 0.5;

    /// <summary>Of the rooms, the share taken from recorded responses where there are any.</summary>
    [Between(0, 1)]
    public double RecordedRoomShare { get; init; } = 0.3;

    /// <summary>Length and width of made rooms, metres, 2 to 30.</summary>
    [RisingBetween(2, 30)]
    public ValueRange RoomMetres { get; init; } = new(2.5, 9);

    [RisingBetween(2, 30)]
    public ValueRange RoomHeightMetres { get; init; } = new(2.3, 4);

    /// <summary>
    /// Share of the energy that the walls of made rooms absorb, 0.1 to 0.9; each wall half to one and a half of it.
    /// </summary>
    [RisingBetween(0.1, 0.9)]
    public ValueRange RoomAbsorption { get; init; } = new(0.15, 0.7);

    /// <summary>From the voice to the microphone in made rooms, metres, 0.05 to 10.</summary>
    [RisingBetween(0.05, 10)]
    public ValueRange RoomDistanceMetres { get; init; } = new(0.2, 2.5);

    [Between(0, 1)]
    public double NoiseProbability { get; init; } = 0.6;

    [RisingBetween(-20, 60)]
    public ValueRange NoiseDecibels { get; init; } = new(0, 20);

    /// <summary>Three to six other speakers at once.</summary>
    [Between(0, 1)]
    public double BabbleProbability { get; init; } = 0.1;

    [RisingBetween(-20, 60)]
    public ValueRange BabbleDecibels { get; init; } = new(8, 20);

    /// <summary>White noise of an amplifier.</summary>
    [Between(0, 1)]
    public double HissProbability { get; init; } = 0.2;

    [RisingBetween(-20, 80)]
    public ValueRange HissDecibels { get; init; } = new(10, 30);

    /// <summary>A smooth random frequency response: microphone and placement.</summary>
    [Between(0, 1)]
    public double EqualiserProbability { get; init; } = 0.6;

    /// <summary>Gain of each band of the equaliser, dB, either side of 0; 0 to 24.</summary>
    [Between(0, 24)]
    public double EqualiserDecibels { get; init; } = 9;

    /// <summary>Telephone band, about 300 to 3,400 Hz, at 8 kHz.</summary>
    [Between(0, 1)]
    public double TelephoneProbability { get; init; } = 0.35;

    /// <summary>Of the telephone calls, the share that goes through µ-law.</summary>
    [Between(0, 1)]
    public double MuLawShare { get; init; } = 0.5;

    /// <summary>
    /// Of the telephone calls, the share that goes through GSM 06.10 full rate; one line has one codec.
    /// </summary>
    [Between(0, 1)]
    public double GsmShare { get; init; } = 0.25;

    /// <summary>A low-pass as cheap codecs and Bluetooth have it.</summary>
    [Between(0, 1)]
    public double LowPassProbability { get; init; } = 0.15;

    [RisingBetween(500, 8000)]
    public ValueRange LowPassHertz { get; init; } = new(3500, 7500);

    /// <summary>A recording stored at a low rate: a round trip through Vorbis or Opus, whatever its band.</summary>
    [Between(0, 1)]
    public double CodecProbability { get; init; } = 0.2;

    /// <summary>Of those, the share of Opus; the others are Vorbis.</summary>
    [Between(0, 1)]
    public double OpusShare { get; init; } = 0.5;

    /// <summary>Quality as the encoder takes it, 0 to 1.</summary>
    [RisingBetween(0, 1)]
    public ValueRange CodecQuality { get; init; } = new(0, 0.4);

    [Between(0, 1)]
    public double ClippingProbability { get; init; } = 0.1;

    /// <summary>Peak level after all, dB below full scale.</summary>
    [RisingBetween(-60, 0)]
    public ValueRange PeakDecibels { get; init; } = new(-30, 0);

    /// <exception cref="OptionsValidationException">A value is out of its bounds; the message names every one that
    /// is.</exception>
    public void Validate() => new AugmentationOptionsValidator().Require(this);

    /// <summary>What the values have to be to each other.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TelephoneProbability + LowPassProbability > 1)
        {
            yield return Bounds.Failure(
                validationContext, $"{nameof(TelephoneProbability)} + {nameof(LowPassProbability)}",
                Bounds.Text(TelephoneProbability + LowPassProbability), "at most 1, as a recording has one band");
        }

        if (MuLawShare + GsmShare > 1)
        {
            yield return Bounds.Failure(
                validationContext, $"{nameof(MuLawShare)} + {nameof(GsmShare)}", Bounds.Text(MuLawShare + GsmShare),
                "at most 1, as a line has one codec");
        }
    }
}

/// <summary>Checks <see cref="AugmentationOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class AugmentationOptionsValidator : IValidateOptions<AugmentationOptions>;
