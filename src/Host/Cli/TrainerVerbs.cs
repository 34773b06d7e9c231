using System.CommandLine;

namespace Speaker.Host.Cli;

/// <summary>The verbs that the program <c>speaker-train</c> runs: it alone needs the tensor library.</summary>
internal static class TrainerVerbs
{
    public static Command Train() => new("train", "Train an encoder on recordings of your own.");

    public static Command Study() => new("study", "Rerun claims of the literature on triplet losses on your recordings.");
}
