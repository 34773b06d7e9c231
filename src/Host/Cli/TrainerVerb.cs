using System.CommandLine;

namespace Speaker.Host.Cli;

/// <summary>A verb of the program <c>speaker-train</c>, which alone needs the tensor library. Here it is named for the
/// help; that program parses what follows it.</summary>
internal sealed class TrainerVerb : Command
{
    private TrainerVerb(string name, string description)
        : base(name, description) => TreatUnmatchedTokensAsErrors = false;

    public static TrainerVerb Train() => new("train", "Train an encoder on your own recordings.");

    public static TrainerVerb Study() => new(
        "study", "Rerun claims of the literature on triplet losses on your own recordings.");
}
