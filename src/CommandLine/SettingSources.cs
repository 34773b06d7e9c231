using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Speaker.CommandLine.Options;
using Speaker.Settings;

namespace Speaker.CommandLine;

/// <summary>Which file, environment variable or option the settings of an application come from.</summary>
internal sealed class SettingSources(IConfigurationRoot settings) : ISettingSource
{
    public string NameOf(string key) =>
        (ProviderOf(key) as GivenSetting.Provider)?.Setting.Name ?? $"setting {key}";

    public string AdviceOf(string key) => ProviderOf(key) switch
    {
        JsonConfigurationProvider => $": correct it in {ApplicationFiles.Settings}",
        EnvironmentVariablesConfigurationProvider => $": correct the environment variable {VariableOf(key)}",
        _ => "",
    };

    /// <summary>The one whose value counts: the last that has the key, or keys below it.</summary>
    private IConfigurationProvider? ProviderOf(string key) => settings.Providers.LastOrDefault(
        provider => provider.TryGet(key, out _) || provider.GetChildKeys([], key).Any());

    /// <summary>As it is written in the environment, where case counts and a part of the key may follow.</summary>
    private static string VariableOf(string key)
    {
        var name = key.Replace(ConfigurationPath.KeyDelimiter, "__", StringComparison.Ordinal);
        return Environment.GetEnvironmentVariables().Keys.Cast<string>().FirstOrDefault(
            variable => variable.Equals(name, StringComparison.OrdinalIgnoreCase)
                || variable.StartsWith(name + "__", StringComparison.OrdinalIgnoreCase)) ?? name;
    }
}
