using Speaker.Options;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace Speaker.CommandLine.Options;

/// <summary>Collects "key = value is out of bounds" messages; every message names the key, the value and the
/// bound.</summary>
internal sealed class BoundsCheck(string section)
{
    private readonly List<string> _failures = [];

    public BoundsCheck InRange(string key, double value, double low, double high) =>
        Require(value >= low && value <= high, key, Text(value), $"from {Text(low)} to {Text(high)}");

    public BoundsCheck Rate(string key, double value) =>
        Require(value is > 0 and < 1, key, Text(value), "above 0 and below 1");

    public BoundsCheck NotBlank(string key, string? value) =>
        Require(!string.IsNullOrWhiteSpace(value), key, $"'{value}'", "not blank");

    public BoundsCheck NullOrNotBlank(string key, string? value) =>
        Require(value is null || !string.IsNullOrWhiteSpace(value), key, $"'{value}'", "null or a path");

    public BoundsCheck Different(string key, string value, string otherKey, string otherValue) => Require(
        Path.GetFullPath(value) != Path.GetFullPath(otherValue), key, $"'{value}'", $"another folder than {otherKey}");

    public ValidateOptionsResult Result() =>
        _failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_failures);

    private static string Text(double value) => value.ToString("#,0.######", CultureInfo.InvariantCulture);

    private BoundsCheck Require(bool holds, string key, string value, string bound)
    {
        if (!holds)
        {
            _failures.Add($"setting {section}:{key} = {value}, must be {bound}: correct it in appsettings.json " +
                $"or in the environment variable {section.Replace(":", "__", StringComparison.Ordinal)}__{key}");
        }

        return this;
    }
}

internal sealed class ModelOptionsValidator : IValidateOptions<ModelOptions>
{
    public ValidateOptionsResult Validate(string? name, ModelOptions options) =>
        new BoundsCheck(ModelOptions.Section).NullOrNotBlank(nameof(options.Path), options.Path).Result();
}

internal sealed class StoreOptionsValidator : IValidateOptions<StoreOptions>
{
    public ValidateOptionsResult Validate(string? name, StoreOptions options) =>
        new BoundsCheck(StoreOptions.Section)
            .NullOrNotBlank(nameof(options.Path), options.Path)
            .InRange(nameof(options.BusyTimeoutSeconds), options.BusyTimeoutSeconds, 0.1, 600)
            .Result();
}

internal sealed class UtteranceSettingsValidator : IValidateOptions<UtteranceSettings>
{
    public ValidateOptionsResult Validate(string? name, UtteranceSettings options) =>
        new BoundsCheck(UtteranceSettings.Section)
            .InRange(nameof(options.MinimumSpeechSeconds), options.MinimumSpeechSeconds, 0.1, 60)
            .InRange(nameof(options.MaximumClippedFraction), options.MaximumClippedFraction, 0, 1)
            .InRange(nameof(options.MinimumSignalToNoise), options.MinimumSignalToNoise, -20, 60)
            .Result();
}

internal sealed class QualityOptionsValidator : IValidateOptions<QualityOptions>
{
    public ValidateOptionsResult Validate(string? name, QualityOptions options) =>
        new BoundsCheck(QualityOptions.Section)
            .InRange(nameof(options.WarnBelowSpeechSeconds), options.WarnBelowSpeechSeconds, 0, 60)
            .InRange(nameof(options.WarnBelowSignalToNoise), options.WarnBelowSignalToNoise, -20, 60)
            .InRange(nameof(options.WarnAboveClippedFraction), options.WarnAboveClippedFraction, 0, 1)
            .InRange(nameof(options.WarnBelowBandwidth), options.WarnBelowBandwidth, 0, 8000)
            .InRange(nameof(options.WarnBelowSpeechLevel), options.WarnBelowSpeechLevel, -100, 0)
            .InRange(nameof(options.WarnAboveVoiceDistance), options.WarnAboveVoiceDistance, 0, 2)
            .Result();
}

internal sealed class VerificationOptionsValidator : IValidateOptions<VerificationOptions>
{
    public ValidateOptionsResult Validate(string? name, VerificationOptions options) =>
        new BoundsCheck(VerificationOptions.Section).Rate(nameof(options.TargetFar), options.TargetFar).Result();
}

internal sealed class EnrolmentOptionsValidator : IValidateOptions<EnrolmentOptions>
{
    public ValidateOptionsResult Validate(string? name, EnrolmentOptions options) =>
        new BoundsCheck(EnrolmentOptions.Section)
            .InRange(nameof(options.GoodSpeechSeconds), options.GoodSpeechSeconds, 1, 3600)
            .Rate(nameof(options.CoherenceTargetFar), options.CoherenceTargetFar)
            .Result();
}

internal sealed class IdentificationOptionsValidator : IValidateOptions<IdentificationOptions>
{
    public ValidateOptionsResult Validate(string? name, IdentificationOptions options) =>
        new BoundsCheck(IdentificationOptions.Section)
            .Rate(nameof(options.TargetFar), options.TargetFar)
            .InRange(nameof(options.MinimumMargin), options.MinimumMargin, 0, 2)
            .InRange(nameof(options.Top), options.Top, 1, 1000)
            .Result();
}

internal sealed class InboxOptionsValidator : IValidateOptions<InboxOptions>
{
    public ValidateOptionsResult Validate(string? name, InboxOptions options)
    {
        var check = new BoundsCheck(InboxOptions.Section)
            .NotBlank(nameof(options.Directory), options.Directory)
            .NotBlank(nameof(options.ProcessedDirectory), options.ProcessedDirectory)
            .NotBlank(nameof(options.RefusedDirectory), options.RefusedDirectory)
            .InRange(nameof(options.StableSeconds), options.StableSeconds, 0.05, 3600)
            .InRange(nameof(options.RescanSeconds), options.RescanSeconds, 0.1, 3600);
        var named = check.Result();
        return named.Failed ? named : check
            .Different(nameof(options.ProcessedDirectory), options.ProcessedDirectory, nameof(options.Directory),
                options.Directory)
            .Different(nameof(options.RefusedDirectory), options.RefusedDirectory, nameof(options.Directory),
                options.Directory)
            .Result();
    }
}

internal sealed class LiveOptionsValidator : IValidateOptions<LiveOptions>
{
    public ValidateOptionsResult Validate(string? name, LiveOptions options) =>
        new BoundsCheck(LiveOptions.Section)
            .NotBlank(nameof(options.Device), options.Device)
            .InRange(nameof(options.Seconds), options.Seconds, 1, 3600)
            .Result();
}
