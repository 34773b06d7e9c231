using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Speaker.Calibration;
using Speaker.Evaluation.SpeechDetection;
using Speaker.Recognition;

namespace Speaker.CommandLine;

// The field names are the contract; a change here is a change for every script that reads them.

internal sealed record ErrorJson(string Error, int ExitCode);

internal sealed record VerifyJson(
    string Speaker,
    string Decision,
    double? Distance,
    double? Threshold,
    double? TargetFar,
    string Reason,
    double SpeechSeconds,
    string Model,
    QualityJson? Quality,
    double? Llr,
    double? CalibratedFar,
    string? CalibratedOn,
    string? File,
    double? MissingSeconds,
    string Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ChallengeJson? Challenge = null);

/// <summary>Where a live verification stands: a line of <c>live --json</c>, a message of a web socket.</summary>
/// <param name="Type">"state".</param>
/// <param name="Decision">What a decision over everything so far would be.</param>
/// <param name="Final">Whether the evidence is enough: the decision follows.</param>
internal sealed record LiveStateJson(
    string Type,
    double Seconds,
    double SpeechSeconds,
    double? LevelDbfs,
    bool Speech,
    double? Distance,
    double? Threshold,
    double? WindowDistance,
    string Decision,
    string Code,
    bool Final);

/// <param name="Digits">What the caller has to hear in the recording: nobody else checks it.</param>
internal sealed record ChallengeJson(string Id, string Digits);

internal sealed record CompareJson(
    string First,
    string Second,
    string Decision,
    double? Distance,
    double? Threshold,
    double? TargetFar,
    string Reason,
    double SpeechSeconds,
    string Model,
    QualityJson? Quality,
    double? Llr,
    double? CalibratedFar,
    string? CalibratedOn,
    double? MissingSeconds,
    string Code);

internal sealed record QualityJson(
    double SpeechSeconds,
    double? SnrDb,
    double ClippedFraction,
    double BandwidthHz,
    double LevelDbfs,
    IReadOnlyList<string> Warnings);

internal sealed record EmbedJson(string File, float[] Embedding, double SpeechSeconds, string Model);

internal sealed record EnrolledFileJson(string File, string Status, string Reason, double SpeechSeconds,
    double? Distance, QualityJson? Quality, int? Voice, string Code);

internal sealed record KnownVoiceJson(string Speaker, double Distance, double Threshold);

internal sealed record MissingJson(int Recordings, double SpeechSeconds);

internal sealed record EnrollJson(
    string Speaker,
    IReadOnlyList<EnrolledFileJson> Files,
    int Accepted,
    int Refused,
    int Utterances,
    double SpeechSeconds,
    double Progress,
    string? Consent,
    string Model,
    MissingJson Missing,
    string Summary,
    KnownVoiceJson? KnownAs,
    string? Note);

internal sealed record JobProgressJson(long Done, long Total);

/// <param name="Kind">"enrol", "enrolFile", "inbox", "migrate" or "webhook".</param>
/// <param name="State">"held": until a person confirms it, "waiting", "running", "done" or "failed": set aside.</param>
/// <param name="Attempts">How often it was begun.</param>
/// <param name="DueAt">Null unless it waits.</param>
/// <param name="Worker">Who began it last: machine/process.</param>
/// <param name="Reason">What went wrong last; null where nothing did, or it is done.</param>
/// <param name="Progress">Null where nobody counts.</param>
/// <param name="Enrolment">What <c>enroll --json</c> prints, once it is done.</param>
/// <param name="Migration">What <c>migrate --json</c> prints, once it is done.</param>
internal sealed record JobJson(
    string Id,
    string Kind,
    string State,
    string? Speaker,
    IReadOnlyList<string> Files,
    int Attempts,
    int AttemptsAllowed,
    DateTimeOffset PutAt,
    DateTimeOffset? DueAt,
    DateTimeOffset? FinishedAt,
    string? Worker,
    string? Reason,
    JobProgressJson? Progress,
    EnrollJson? Enrolment,
    MigrateJson? Migration,
    string? Tenant);

internal sealed record ChangedJobJson(string Id, bool Retried, bool Removed, bool Confirmed = false);

internal sealed record CandidateJson(string Speaker, double Distance);

internal sealed record IdentifyJson(
    string File,
    string Decision,
    string? Speaker,
    double? Distance,
    double? Threshold,
    double? TargetFar,
    double? Margin,
    double MinimumMargin,
    string Reason,
    double SpeechSeconds,
    string Model,
    IReadOnlyList<CandidateJson> Candidates,
    double? CalibratedFar,
    string? CalibratedOn,
    string Code,
    int? Searched,
    double? GalleryFar);

internal sealed record SpeakerJson(
    string Speaker,
    int Utterances,
    double SpeechSeconds,
    double Progress,
    string Model,
    DateTimeOffset EnrolledAt,
    DateTimeOffset UpdatedAt,
    string? Consent,
    DateTimeOffset? ConsentAt);

/// <param name="Files">Recordings that were deleted with the speaker; null where that was not asked for.</param>
internal sealed record RemoveJson(string Speaker, bool Removed, long? Utterance, int Utterances, int? Files);

internal sealed record ShownUtteranceJson(
    long Id, string Source, DateTimeOffset AddedAt, double SpeechSeconds, double? Distance, QualityJson? Quality,
    string? Note);

internal sealed record ShowJson(
    string Speaker,
    DateTimeOffset EnrolledAt,
    string? Consent,
    DateTimeOffset? ConsentAt,
    double SpeechSeconds,
    IReadOnlyList<ShownUtteranceJson> Utterances,
    string Model);

internal sealed record RenameJson(string Speaker, string FormerName);

internal sealed record MergeJson(string Speaker, string From, bool Merged, double Distance, double? Threshold);

internal sealed record CopiedStoreJson(string File, int Speakers, int Utterances);

internal sealed record VoiceprintsJson(string File, int Speakers, int Utterances, string Model);

/// <param name="Migrated">Whether all voiceprints are of the model now.</param>
/// <param name="Utterances">Voiceprints that were replaced.</param>
internal sealed record MigrateJson(
    bool Migrated, int Utterances, IReadOnlyList<LeftOutUtteranceJson> LeftOut, string Model);

internal sealed record LeftOutUtteranceJson(string Speaker, long Id, string Source, string Reason);

internal sealed record ImportedVoiceprintsJson(
    string File, int Speakers, int Utterances, int AlreadyEnrolled, string Model);

internal sealed record ClusteredFileJson(string File, double SpeechSeconds, double? Distance);

internal sealed record VoiceJson(int Voice, IReadOnlyList<ClusteredFileJson> Files);

internal sealed record RefusedFileJson(string File, string Reason);

internal sealed record ClusterJson(
    IReadOnlyList<VoiceJson> Voices,
    IReadOnlyList<RefusedFileJson> Refused,
    double Threshold,
    double? TargetFar,
    string Model,
    string? Image);

internal sealed record LabelJson(
    double Start,
    double End,
    string? Label,
    string? Speaker,
    string Decision,
    double? Distance,
    double? Threshold,
    double? TargetFar,
    double? Margin,
    string Reason,
    double SpeechSeconds,
    string Model);

internal sealed record ReasonJson(string File, string Speaker, string Reason, double SpeechSeconds, DateTimeOffset At);

internal sealed record DoctorCheckJson(string Name, string Status, string Detail, string Advice);

internal sealed record DoctorJson(bool Healthy, IReadOnlyList<DoctorCheckJson> Checks);

internal sealed record DemoJson(
    int Speakers,
    int Trials,
    int Targets,
    int FalselyRejected,
    int FalselyAccepted,
    int Inconclusive,
    double Eer,
    IReadOnlyList<double> EerInterval,
    double Threshold,
    double? TargetFar,
    double Seconds,
    string Meaning,
    string Model);

internal sealed record EvalCorpusJson(
    long Trials, long Targets, int Speakers, double Eer, IReadOnlyList<double> EerInterval, double MinDcf01,
        double MinDcf05);

internal sealed record EvalDurationJson(
    double Seconds, long Trials, long Targets, int Speakers, double Eer, IReadOnlyList<double> EerInterval,
    double WholeEer, IReadOnlyDictionary<string, double> Corpora);

internal sealed record EvalConditionJson(
    string Condition, int Refused, int Utterances, long Trials, long Targets, int Speakers, double Eer,
    IReadOnlyList<double> EerInterval, double CleanEer, double BothEer, IReadOnlyList<double> BothEerInterval,
    IReadOnlyDictionary<string, double> Corpora);

internal sealed record EvalRatesJson(double Eer, double MeanEer, IReadOnlyDictionary<string, double> Corpora);

internal sealed record EvalCellJson(
    string Condition, string Sides, double? Seconds, long Trials, long Targets, double Eer, double MeanEer,
    IReadOnlyDictionary<string, double> Corpora, EvalRatesJson? Against);

internal sealed record EvalAgainstJson(
    string Name, string Model, double Eer, IReadOnlyDictionary<string, double> Corpora);

internal sealed record EvalJson(
    long Trials,
    long Targets,
    int Speakers,
    double Eer,
    IReadOnlyList<double> EerInterval,
    double MinDcf01,
    double MinDcf05,
    double? ActDcf01,
    double? ActDcf05,
    double? Cllr,
    double? Threshold,
    double? Far,
    double? Frr,
    IReadOnlyDictionary<string, EvalCorpusJson> Corpora,
    IReadOnlyList<EvalDurationJson> Durations,
    IReadOnlyList<EvalConditionJson> Conditions,
    int Skipped,
    string Model,
    int? LearntLeftOut,
    IReadOnlyList<EvalCellJson> Grid,
    EvalAgainstJson? Against,
    string? Card);

internal sealed record CalibratedRateJson(
    double TargetFar,
    double? Threshold,
    double? Far,
    IReadOnlyList<double>? FarInterval,
    double? Frr,
    IReadOnlyList<double>? FrrInterval,
    long MissingImpostorTrials);

internal sealed record HeldRateJson(
    string Condition,
    bool BothSides,
    double? Seconds,
    long Impostors,
    double Far,
    double? Frr,
    double OneThresholdFar);

internal sealed record CalibrateJson(
    string? Model,
    string Hash,
    long Targets,
    long Impostors,
    int Speakers,
    long ImpostorPairs,
    double StrictestFar,
    IReadOnlyList<CalibratedRateJson> Rates,
    double Cllr,
    bool QualityMeasures,
    int? CohortSpeakers,
    int Skipped,
    int? LearntLeftOut,
    IReadOnlyList<HeldRateJson>? Conditions);

internal sealed record ImportJson(string Model, string WeightsSha256);

internal sealed record ExportJson(string Onnx);

internal sealed record TrainJson(
    string Model, int Steps, int BestStep, bool StoppedEarly, double? DevEer, IReadOnlyList<double>? DevEerInterval);

[JsonSerializable(typeof(ErrorJson))]
[JsonSerializable(typeof(LiveStateJson))]
[JsonSerializable(typeof(VerifyJson))]
[JsonSerializable(typeof(CompareJson))]
[JsonSerializable(typeof(EmbedJson))]
[JsonSerializable(typeof(EnrollJson))]
[JsonSerializable(typeof(JobJson))]
[JsonSerializable(typeof(ChangedJobJson))]
[JsonSerializable(typeof(IdentifyJson))]
[JsonSerializable(typeof(SpeakerJson))]
[JsonSerializable(typeof(RemoveJson))]
[JsonSerializable(typeof(ShowJson))]
[JsonSerializable(typeof(RenameJson))]
[JsonSerializable(typeof(MergeJson))]
[JsonSerializable(typeof(CopiedStoreJson))]
[JsonSerializable(typeof(VoiceprintsJson))]
[JsonSerializable(typeof(ImportedVoiceprintsJson))]
[JsonSerializable(typeof(MigrateJson))]
[JsonSerializable(typeof(ClusterJson))]
[JsonSerializable(typeof(LabelJson))]
[JsonSerializable(typeof(ReasonJson))]
[JsonSerializable(typeof(CalibrateJson))]
[JsonSerializable(typeof(TrainJson))]
[JsonSerializable(typeof(ImportJson))]
[JsonSerializable(typeof(ExportJson))]
[JsonSerializable(typeof(EvalJson))]
[JsonSerializable(typeof(DetectionReport))]
[JsonSerializable(typeof(DemoJson))]
[JsonSerializable(typeof(DoctorJson))]
internal sealed partial class JsonContracts : JsonSerializerContext
{
    /// <summary>As people read it: the default encoder would write an apostrophe or an accented letter as
    /// \u0027.</summary>
    public static JsonContracts Output { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
