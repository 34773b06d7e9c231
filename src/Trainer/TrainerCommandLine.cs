using System.CommandLine;
using Speaker.CommandLine;

namespace Speaker.Train;

/// <summary>
/// The verbs that need the tensor library, <c>train</c> and <c>study</c>, and those that trade models with other programs,
/// <c>import</c> and <c>export</c>.
/// </summary>
internal static class TrainerCommandLine
{
    public static Task<int> RunAsync(string[] arguments) => Verbs.RunAsync(Create().Parse(arguments));

    public static Command Create() => Verbs.Root(
        "Trains encoders with semi-hard triplets, and reruns claims of the literature on triplet losses.",
        TrainCommand.Create(),
        StudyCommand.Create(),
        ImportCommand.Create(),
        ExportCommand.Create(),
        CheckCommand.Create());
}
