using System.CommandLine;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Options;
using Speaker.Recognition;

namespace Speaker.Host.Cli;

/// <summary>--target-far and --threshold, for the verbs that decide.</summary>
internal sealed class ThresholdOptions
{
    private readonly string _settingKey;

    private ThresholdOptions(string settingKey) => _settingKey = settingKey;

    private Option<double?> TargetFar { get; } = NumberOption.Real(
        "--target-far", "RATE", "Take the model card's threshold for this false-accept rate, above 0 and below 1.");

    private Option<double?> Threshold { get; } = NumberOption.Real(
        "--threshold", "DISTANCE", "Accept at or below this cosine distance, 0 to 2, whatever the model card says.",
        0, 2);

    /// <summary>Adds both to a verb.</summary>
    /// <param name="section">The section whose TargetFar the option overrides.</param>
    public static ThresholdOptions AddTo(Command command, string section)
    {
        var options = new ThresholdOptions($"{section}:{nameof(VerificationOptions.TargetFar)}");
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

    /// <summary>The setting that --target-far overrides, for <see cref="VerbServices"/>.</summary>
    public (string Key, string? Value) Setting(ParseResult parsed) =>
        (_settingKey, VerbServices.Text(parsed.GetValue(TargetFar)));

    /// <summary>--threshold if given, otherwise what the settings say.</summary>
    public DecisionThreshold Choose(ParseResult parsed, Func<DecisionThreshold> configured) =>
        parsed.GetValue(Threshold) is { } value ? new DecisionThreshold(value, null) : configured();
}
