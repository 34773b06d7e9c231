using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;
using Speaker.Postgres;

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
        var store = parsed.GetValue(GlobalOptions.Store);
        RefusePassword(store);
        return Composition.CreateBuilder(
        [
            new(SettingKeys.Model, parsed.GetValue(GlobalOptions.Model), GlobalOptions.Model.Name),
            new(SettingKeys.Store, store, GlobalOptions.Store.Name),
            .. given,
        ]);
    }

    /// <summary>The model that the settings name.</summary>
    public static string ModelPath(IHost host) =>
        host.Services.GetRequiredService<IOptions<SpeakerOptions>>().Value.Model.Path!;

    /// <summary>The store that the settings name, whether it exists yet or not, as people know it.</summary>
    public static string StorePath(IHost host) => host.Services.GetRequiredService<IEditableStore>().Location;

    /// <summary>Every user of a machine sees the command lines of all its processes.</summary>
    /// <exception cref="UsageException">There is a password in it.</exception>
    private static void RefusePassword(string? store)
    {
        if (!StoreAddress.IsPostgres(store))
        {
            return;
        }

        PostgresAddress address;
        try
        {
            address = PostgresAddress.Parse(store!);
        }
        catch (FormatException)
        {
            // The check of the settings says what is wrong with it.
            return;
        }

        if (address.HasPassword)
        {
            throw new UsageException(
                "--store has a password in it, and other users of this machine can read command lines: leave it out, and " +
                "give it by PGPASSWORD, by the password file ~/.pgpass or by SPEAKER_STORE");
        }
    }

    public static string? Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);

    public static string? Text(int? value) => value?.ToString(CultureInfo.InvariantCulture);
}
