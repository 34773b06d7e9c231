using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Speaker.Jobs;

namespace Speaker.Host.Inbox;

/// <summary>A file of the inbox that is to be enrolled. The job has its place, not its sound: only processes of this
/// machine that watch this inbox can do it.</summary>
/// <param name="Speaker">The folder's name.</param>
/// <param name="Name">The file's.</param>
/// <param name="Length">As <see cref="FileStamp.Length"/>.</param>
/// <param name="Written">As <see cref="FileStamp.Written"/>.</param>
/// <param name="IsAbandoned">Whether what is missing of it will not come.</param>
internal sealed record InboxJob(string Speaker, string Name, long Length, DateTime Written, bool IsAbandoned)
{
    public const string Kind = "inbox";

    /// <summary>A file that ends a process is refused after so many.</summary>
    private const int Attempts = 5;

    /// <summary>Of an inbox.</summary>
    /// <param name="inbox">Its whole path.</param>
    public static string LaneOf(string inbox) => $"inbox:{Environment.MachineName}:{inbox}";

    /// <param name="lane">As <see cref="LaneOf"/> has it.</param>
    public NewJob ToJob(string lane) => new(Kind, lane, JsonSerializer.Serialize(this, InboxJson.Default.InboxJob))
    {
        Key = string.Create(
            CultureInfo.InvariantCulture, $"{lane}:{Speaker}/{Name}:{Length}:{Written.Ticks}:{IsAbandoned}"),
        Subject = InboxFile.Printable(Speaker),
        Attempts = Attempts,
    };

    public static InboxJob Of(KeptJob job) => JsonSerializer.Deserialize(job.Request, InboxJson.Default.InboxJob)!;
}

/// <summary>What came of an <see cref="InboxJob"/>: a <see cref="Judgement"/>, or why there is none.</summary>
/// <param name="Verdict">One of the names below.</param>
internal sealed record InboxResult(string Verdict)
{
    private const string Enrolled = "enrolled";
    private const string Refused = "refused";
    private const string Incomplete = "incomplete";
    private const string StoreFailed = "storeFailed";
    private const string FileFailed = "fileFailed";

    public string Reason { get; init; } = "";

    public bool IsNew { get; init; }

    public double SpeechSeconds { get; init; }

    public int Utterances { get; init; }

    public double Progress { get; init; }

    public string Summary { get; init; } = "";

    public KnownVoice? KnownAs { get; init; }

    public StoreProblem Problem { get; init; }

    public static InboxResult Of(Judgement judgement) => judgement switch
    {
        Judgement.Enrolled enrolled => new InboxResult(Enrolled)
        {
            IsNew = enrolled.IsNew, SpeechSeconds = enrolled.SpeechSeconds, Utterances = enrolled.Utterances,
            Progress = enrolled.Progress, Summary = enrolled.Summary, KnownAs = enrolled.KnownAs,
        },
        Judgement.Refused refused => new InboxResult(Refused)
        {
            Reason = refused.Reason, SpeechSeconds = refused.SpeechSeconds,
        },
        Judgement.Incomplete incomplete => new InboxResult(Incomplete) { Reason = incomplete.Reason },
        _ => throw new ArgumentOutOfRangeException(nameof(judgement), judgement, "is no verdict on a file"),
    };

    public static InboxResult Of(StoreException exception) => new(StoreFailed)
    {
        Reason = exception.Message, Problem = exception.Problem,
    };

    /// <param name="exception">The file cannot be opened.</param>
    public static InboxResult Of(IOException exception) => new(FileFailed) { Reason = exception.Message };

    /// <exception cref="StoreException">The store could not be used.</exception>
    /// <exception cref="IOException">The file could not be opened.</exception>
    public Judgement ToJudgement() => Verdict switch
    {
        Enrolled => new Judgement.Enrolled(IsNew, SpeechSeconds, Utterances, Progress)
        {
            Summary = Summary, KnownAs = KnownAs,
        },
        Refused => new Judgement.Refused(Reason, SpeechSeconds),
        Incomplete => new Judgement.Incomplete(Reason),
        StoreFailed => throw new StoreException(Problem, Reason),
        _ => throw new IOException(Reason),
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InboxJob))]
[JsonSerializable(typeof(InboxResult))]
internal sealed partial class InboxJson : JsonSerializerContext;
