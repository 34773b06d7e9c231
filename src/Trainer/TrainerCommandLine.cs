using System.CommandLine;
using Speaker.CommandLine;

namespace Speaker.Train;

/// <summary>The verbs that need the tensor library: <c>train</c>, <c>study</c> and <c>import</c>.</summary>
internal static class TrainerCommandLine
{
    public static Task<int> RunAsync(string[] arguments) => Verbs.RunAsync(Create().Parse(arguments));

    public static Command Create() => Verbs.Root(
        "Trains encoders with semi-hard triplets, and reruns claims of the literature on triplet losses.",
        TrainCommand.Create(),
        StudyCommand.Create(),
        ImportCommand.Create(),
        CheckCommand.Create());
}
