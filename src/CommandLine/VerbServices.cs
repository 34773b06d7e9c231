using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Speaker.CommandLine.Options;
using Speaker.Enrolment.Sqlite;

namespace Speaker.CommandLine;

/// <summary>From a parsed command line to the services that a verb works with.</summary>
internal static class VerbServices
{
    /// <summary>A host whose settings are those of the file and the environment, overridden by the command
    /// line.</summary>
    public static IHost CreateHost(ParseResult parsed, params ReadOnlySpan<GivenSetting> given) =>
        CreateBuilder(parsed, given).BuildChecked();

    /// <summary>As <see cref="CreateHost"/>, before it is built.</summary>
    public static HostApplicationBuilder CreateBuilder(
        ParseResult parsed, params ReadOnlySpan<GivenSetting> given)
    {
        return Composition.CreateBuilder(
        [
            new(SettingKeys.Model, parsed.GetValue(GlobalOptions.Model), GlobalOptions.Model.Name),
            new(SettingKeys.Store, parsed.GetValue(GlobalOptions.Store), GlobalOptions.Store.Name),
            .. given,
        ]);
    }

    /// <summary>The model that the settings name.</summary>
    public static string ModelPath(IHost host) =>
        host.Services.GetRequiredService<IOptions<SpeakerOptions>>().Value.Model.Path!;

    /// <summary>The store that the settings name, whether it exists yet or not.</summary>
    public static string StorePath(IHost host) => host.Services.GetRequiredService<SqliteVoiceprintStore>().Path;

    public static string? Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);

    public static string? Text(int? value) => value?.ToString(CultureInfo.InvariantCulture);
}
