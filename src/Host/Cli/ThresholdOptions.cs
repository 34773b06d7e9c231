using System.CommandLine;
using Speaker.CommandLine;

namespace Speaker.Host.Cli;

/// <summary>--target-far and --threshold, for the verbs that decide.</summary>
internal sealed class ThresholdOptions
{
    private readonly string _section;

    private ThresholdOptions(string section) => _section = section;

    private Option<double?> TargetFar { get; } = NumberOption.Real(
        "--target-far", "RATE",
        "Use the model card's threshold for this false-accept rate, above 0 and below 1, or for the next stricter rate " +
        "that the card has; the answer says which. Default: 0.01, for identify 0.001 (the setting TargetFar).");

    private Option<double?> Threshold { get; } = NumberOption.Real(
        "--threshold", "DISTANCE",
        "Accept at or below this distance, 0 to 2. Default: the model card's threshold for --target-far.",
        0, 2);

    /// <summary>Adds both to a verb.</summary>
    /// <param name="section">The section whose TargetFar and Threshold the options override.</param>
    public static ThresholdOptions AddTo(Command command, string section)
    {
        var options = new ThresholdOptions(section);
        command.Add(options.TargetFar);
        command.Add(options.Threshold);
        command.Validators.Add(result =>
        {
            if (result.GetResult(options.TargetFar) is not null && result.GetResult(options.Threshold) is not null)
            {
                result.AddError("Give --target-far or --threshold, not both.");
            }
        });
        return options;
    }

    /// <summary>The settings that they override, for <see cref="VerbServices"/>.</summary>
    public GivenSetting[] Settings(ParseResult parsed) =>
    [
        new($"{_section}:{nameof(VerificationOptions.TargetFar)}", VerbServices.Text(parsed.GetValue(TargetFar)),
            TargetFar.Name),
        new($"{_section}:{nameof(VerificationOptions.Threshold)}", VerbServices.Text(parsed.GetValue(Threshold)),
            Threshold.Name),
    ];
}
