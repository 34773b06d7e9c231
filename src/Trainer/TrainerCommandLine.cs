using System.CommandLine;
using Speaker.CommandLine;

namespace Speaker.Train;

/// <summary>
/// The verbs that need the tensor library, <c>train</c>, <c>study</c> and <c>eval --leave-out</c>, and those that trade models with other programs,
/// <c>import</c> and <c>export</c>.
/// </summary>
internal static class TrainerCommandLine
{
    public static Task<int> RunAsync(string[] arguments) => Verbs.RunAsync(Verbs.Parse(Create(), arguments));

    public static Command Create() => Verbs.Root(
        "Trains encoders with semi-hard triplets, and reruns claims of the literature on triplet losses.",
        TrainCommand.Create(),
        StudyCommand.Create(),
        LeaveOutCommand.Create(),
        ImportCommand.Create(),
        ExportCommand.Create(),
        CheckCommand.Create());
}
