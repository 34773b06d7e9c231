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
        var builder = Composition.CreateBuilder(
        [
            new(SettingKeys.Model, parsed.GetValue(GlobalOptions.Model), GlobalOptions.Model.Name),
            new(SettingKeys.Store, store, GlobalOptions.Store.Name),
            .. given,
        ]);
        if (TenantOf(parsed) is { } tenant)
        {
            builder.Services.PostConfigure<SpeakerOptions>(options => options.Store.Tenant = tenant);
        }

        return builder;
    }

    /// <summary>The tenant that the command line names; null where it names none.</summary>
    /// <exception cref="UsageException">It can be nobody's name.</exception>
    public static string? TenantOf(ParseResult parsed)
    {
        var tenant = parsed.GetValue(GlobalOptions.Tenant);
        return tenant is not null && TenantName.Problem(tenant) is { } problem ? throw new UsageException(problem) : tenant;
    }

    /// <summary>The model that the settings name.</summary>
    public static string ModelPath(IHost host) =>
        host.Services.GetRequiredService<IOptions<SpeakerOptions>>().Value.Model.Path!;

    /// <summary>The store that the settings name, whether it exists yet or not, as people know it.</summary>
    public static string StorePath(IHost host) => host.Services.GetRequiredService<IEditableStore>().Location;

    /// <summary>A tenant's store beside the one that the settings name; to be disposed if it can be.</summary>
    /// <param name="services">Have the settings.</param>
    /// <param name="tenant">Checked.</param>
    public static IEditableStore OpenStoreOf(IServiceProvider services, string tenant) =>
        SpeakerPostgresServiceCollectionExtensions.OpenStore(
            services, services.GetRequiredService<IOptions<SpeakerOptions>>().Value.Store.Of(tenant));

    /// <summary>The texts beside a tenant's store; to be disposed if they can be.</summary>
    /// <param name="services">Have the settings.</param>
    /// <param name="tenant">Checked; empty: beside the store itself.</param>
    public static IDocumentStore OpenDocumentsOf(IServiceProvider services, string tenant) =>
        SpeakerPostgresServiceCollectionExtensions.OpenDocuments(
            services.GetRequiredService<IOptions<SpeakerOptions>>().Value.Store.Of(tenant));

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
