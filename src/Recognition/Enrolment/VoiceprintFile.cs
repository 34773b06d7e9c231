using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Speaker.Audio;
using Speaker.Models;

namespace Speaker.Enrolment;

/// <summary>Voiceprints as they travel from one store to another: docs/voiceprints.md describes the file.</summary>
/// <param name="Format">Always <see cref="FormatName"/>.</param>
/// <param name="Version">Of the format.</param>
/// <param name="Model">Hash of the model that made the embeddings.</param>
/// <param name="Dimension">D, of every embedding.</param>
/// <param name="Speakers">Everybody in the file.</param>
internal sealed record VoiceprintFile(
    string Format, int Version, string Model, int Dimension, IReadOnlyList<TravellingSpeaker> Speakers)
{
    public const string FormatName = "speaker-voiceprints";

    public const int CurrentVersion = 1;

    /// <summary>A length that differs from 1 by more is no rounding.</summary>
    private const double LengthTolerance = 1e-3;

    public static VoiceprintFile Of(IReadOnlyList<KeptSpeaker> speakers, string modelHash, int dimension) => new(
        FormatName, CurrentVersion, modelHash, dimension,
        [.. speakers.Select(speaker => new TravellingSpeaker(
            speaker.Name, speaker.EnrolledAt, speaker.Consent, speaker.ConsentAt,
            [.. speaker.Utterances.Select(utterance => new TravellingUtterance(
                utterance.Utterance.Source, utterance.AddedAt, utterance.Utterance.SpeechSeconds,
                utterance.Utterance.Embedding, TravellingQuality.Of(utterance.Utterance.Quality),
                utterance.Utterance.Note))]))]);

    /// <summary>Reads a file and checks all that it says.</summary>
    /// <param name="utf8">The whole file.</param>
    /// <param name="path">For messages.</param>
    /// <param name="modelHash">Of the model in use.</param>
    /// <param name="dimension">Of its embeddings.</param>
    /// <exception cref="InvalidDataException">It is no such file, damaged, or of another model.</exception>
    public static IReadOnlyList<KeptSpeaker> Parse(ReadOnlySpan<byte> utf8, string path, string modelHash, int dimension)
    {
        VoiceprintFile? file;
        try
        {
            file = JsonSerializer.Deserialize(utf8, VoiceprintFileJson.Default.VoiceprintFile);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException(
                $"{path} is no file of voiceprints: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }

        if (file is not { Format: FormatName })
        {
            throw new InvalidDataException(
                $"{path} is no file of voiceprints: its format is '{file?.Format}', '{FormatName}' is needed");
        }

        if (file.Version != CurrentVersion)
        {
            throw new InvalidDataException(
                $"{path} has version {file.Version} of the format; this version of Speaker reads {CurrentVersion}");
        }

        if (file.Model != modelHash)
        {
            throw new InvalidDataException(
                $"{path} was made with model {ShippedModels.Describe(file.Model)}, but the model in use is " +
                $"{ShippedModels.Describe(modelHash)}: embeddings of two " +
                "models cannot be compared; use that model (--model), or enrol again");
        }

        // The types say that no element is null; the reader does not.
        if (file.Speakers.Any(speaker => speaker is not { Utterances: { } own } || own.Any(each => each is null)))
        {
            throw new InvalidDataException($"{path} is no file of voiceprints: a speaker or an utterance in it is null");
        }

        return [.. file.Speakers.Select(speaker => Checked(speaker, path, dimension))];
    }

    /// <summary>Writes the file.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, VoiceprintFileJson.Readable.VoiceprintFile);

    private static KeptSpeaker Checked(TravellingSpeaker speaker, string path, int dimension)
    {
        if (SpeakerName.Problem(speaker.Speaker) is { } problem)
        {
            throw new InvalidDataException($"{path}: {problem}");
        }

        return new KeptSpeaker(
            SpeakerName.Normalise(speaker.Speaker), speaker.EnrolledAt, speaker.Consent, speaker.ConsentAt,
            [.. speaker.Utterances.Select(utterance => Checked(utterance, speaker.Speaker, path, dimension))]);
    }

    private static KeptUtterance Checked(TravellingUtterance utterance, string speaker, string path, int dimension)
    {
        var where = $"{path}: utterance '{utterance.Source}' of '{speaker}'";
        if (utterance.Embedding.Length != dimension)
        {
            throw new InvalidDataException(
                $"{where} has an embedding of {utterance.Embedding.Length} dimensions, {dimension} are needed");
        }

        var length = Math.Sqrt(utterance.Embedding.Sum(value => (double)value * value));
        if (!(Math.Abs(length - 1) <= LengthTolerance))
        {
            throw new InvalidDataException($"{where} has an embedding of length {length}, 1 is needed");
        }

        return utterance.SpeechSeconds is > 0 and < double.PositiveInfinity
            ? new KeptUtterance(
                0,
                new StoredUtterance(utterance.Embedding, utterance.SpeechSeconds, utterance.Source)
                {
                    Quality = utterance.Quality?.ToQuality(),
                    Note = utterance.Note,
                },
                utterance.AddedAt)
            : throw new InvalidDataException($"{where} has {utterance.SpeechSeconds} s of speech, more than 0 are needed");
    }
}

/// <summary>A speaker in a <see cref="VoiceprintFile"/>.</summary>
/// <param name="Speaker">The name.</param>
/// <param name="EnrolledAt">When the first utterance was added.</param>
/// <param name="Consent">What the speaker consented to; null where nothing was noted.</param>
/// <param name="ConsentAt">When that was noted.</param>
/// <param name="Utterances">In the order of their enrolment.</param>
internal sealed record TravellingSpeaker(
    string Speaker,
    DateTimeOffset EnrolledAt,
    string? Consent,
    DateTimeOffset? ConsentAt,
    IReadOnlyList<TravellingUtterance> Utterances);

/// <summary>An utterance in a <see cref="VoiceprintFile"/>.</summary>
/// <param name="Source">What the recording was called.</param>
/// <param name="AddedAt">When it was enrolled.</param>
/// <param name="SpeechSeconds">Seconds of speech behind it.</param>
/// <param name="Embedding">[D], unit length; the shortest decimals that give the same bits.</param>
/// <param name="Quality">Of the recording; null where it was not kept, as in files of earlier versions.</param>
/// <param name="Note">Of a forced enrolment; null where there is none.</param>
internal sealed record TravellingUtterance(
    string Source,
    DateTimeOffset AddedAt,
    double SpeechSeconds,
    float[] Embedding,
    TravellingQuality? Quality = null,
    string? Note = null);

/// <summary>An utterance's quality in a <see cref="VoiceprintFile"/>: <see cref="AudioQuality"/> by the names of
/// <c>verify --json</c>.</summary>
internal sealed record TravellingQuality(
    double Peak, double ClippedFraction, double LevelDbfs, double? SnrDb, double BandwidthHz)
{
    public static TravellingQuality? Of(AudioQuality? quality) => quality is null
        ? null
        : new TravellingQuality(
            quality.Peak, quality.ClippedFraction, quality.SpeechLevel, quality.SignalToNoise, quality.Bandwidth);

    public AudioQuality ToQuality() => new(Peak, ClippedFraction, LevelDbfs, SnrDb, BandwidthHz);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(VoiceprintFile))]
internal sealed partial class VoiceprintFileJson : JsonSerializerContext
{
    /// <summary>For writing: letters beyond ASCII as themselves.</summary>
    public static VoiceprintFileJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
