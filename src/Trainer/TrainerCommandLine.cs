using System.CommandLine;
using Speaker.CommandLine;

namespace Speaker.Train;

/// <summary>
/// The verbs that need the tensor library, <c>train</c>, <c>study</c> and <c>eval --leave-out</c>, and those that trade models with other programs,
/// <c>import</c> and <c>export</c>.
/// </summary>
internal static class TrainerCommandLine
{
    public const string ProgramName = "speaker-train";

    private const string TrainVerb = "train";

    private const string StudyVerb = "study";

    /// <summary>Runs a line. <c>speaker</c> hands lines with <c>train</c> and <c>study</c> over as they were typed; the
    /// other verbs are only reached by this program's own name.</summary>
    public static Task<int> RunAsync(string[] arguments) => Verbs.RunAsync(Verbs.Parse(
        Create(arguments is ["help", TrainVerb or StudyVerb, ..] or [TrainVerb or StudyVerb, ..]
            ? "speaker"
            : ProgramName),
        arguments));

    public static Command Create(string program) => Verbs.Root(
        program,
        "Trains encoders with semi-hard triplets, and reruns claims of the literature on triplet losses.",
        TrainCommand.Create(),
        StudyCommand.Create(),
        LeaveOutCommand.Create(),
        ImportCommand.Create(),
        ExportCommand.Create(),
        CheckCommand.Create());
}
