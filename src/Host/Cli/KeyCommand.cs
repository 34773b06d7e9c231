using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Enrolment.Sqlite;
using Speaker.Host.Keys;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>key add|list|remove</c>.</summary>
internal static class KeyCommand
{
    public static Command Create() => new(
        "key",
        "Make, list and remove the keys of the HTTP service: 'key add NAME --scope SCOPE', 'key list', 'key remove " +
        "ID'. A running service knows of a change at once. With --tenant, 'add' makes a key that works in that tenant's " +
        "store and in no other, and 'list' lists only the tenant's keys.")
    {
        Add(),
        List(),
        Remove(),
    };

    /// <summary>The file that the settings name; else beside the store or, where that is a database, beside the store
    /// that would be used without settings.</summary>
    /// <remarks>The keys of all tenants are in one file.</remarks>
    public static KeyFile FileOf(IServiceProvider services)
    {
        var store = services.GetRequiredService<IOptions<SpeakerOptions>>().Value.Store.Path;
        return new KeyFile(
            services.GetRequiredService<IOptions<HttpOptions>>().Value.KeyFile
            ?? (store is null || StoreAddress.IsPostgres(store) ? DefaultStore.Path() : store) + KeyFile.Ending);
    }

    private static Command Add()
    {
        var name = new Argument<string>("NAME") { Description = "Whose key it is, for the list." };
        var scopes = new Option<string[]>("--scope")
        {
            Description = "What it may do: enrol, verify (and compare), identify, or admin (list, show, remove, " +
                "export, import); give it once for each.",
            HelpName = "SCOPE",
            Required = true,
        };
        var command = new Command("add", "Make a key and print it. Only its hash is kept, so it cannot be shown again.")
        {
            name,
            scopes,
        };
        command.SetVerb((parsed, output, _) =>
        {
            var given = ScopeNames.Of(ScopeNames.Parse(parsed.GetRequiredValue(scopes)));
            using var host = VerbServices.CreateHost(parsed);
            var file = FileOf(host.Services);
            var tenant = VerbServices.TenantOf(parsed);
            var (id, key) = KeySecret.Create();
            file.Change(keys =>
            [
                .. keys,
                new ApiKey(
                    id, parsed.GetRequiredValue(name), given, KeySecret.HashOf(key),
                    host.Services.GetRequiredService<TimeProvider>().GetUtcNow(), tenant ?? ""),
            ]);
            if (output.Json)
            {
                VerbOutput.WriteJson(
                    new NewKeyJson(id, parsed.GetRequiredValue(name), given, key, file.Path, tenant),
                    KeyJson.Output.NewKeyJson);
            }
            else
            {
                output.Results.WriteLine(key);
                VerbOutput.Note(
                    $"speaker: key {id} may {string.Join(", ", given)}" +
                    (tenant is null ? "" : $" in tenant {tenant}") + $"; only its hash is kept, in {file.Path}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "List the keys. With --json, one object a key.");
        command.SetVerb((parsed, output, _) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var tenant = VerbServices.TenantOf(parsed);
            var keys = FileOf(host.Services).Read().Where(key => tenant is null || key.Tenant == tenant);
            if (output.Json)
            {
                foreach (var key in keys)
                {
                    VerbOutput.WriteJson(
                        new ListedKeyJson(
                            key.Id, key.Name, key.Scopes, key.CreatedAt, key.Tenant.Length == 0 ? null : key.Tenant),
                        KeyJson.Output.ListedKeyJson);
                }

                return ExitCode.Done;
            }

            var table = new Table().Border(TableBorder.Rounded)
                .AddColumn("id").AddColumn("name").AddColumn("scopes").AddColumn("tenant")
                .AddColumn("made");
            foreach (var key in keys)
            {
                table.AddRow(
                    key.Id, Markup.Escape(key.Name), Markup.Escape(string.Join(", ", key.Scopes)),
                    key.Tenant.Length == 0 ? "-" : Markup.Escape(key.Tenant),
                    key.CreatedAt.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture));
            }

            output.Results.Write(table);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Remove()
    {
        var id = new Argument<string>("ID") { Description = "The key's id, as 'speaker key list' gives it." };
        var command = new Command("remove", "Remove a key: from then on it opens nothing.") { id };
        command.SetVerb((parsed, output, _) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var file = FileOf(host.Services);
            var wanted = parsed.GetRequiredValue(id);
            file.Change(keys => keys.Any(key => key.Id == wanted)
                ? [.. keys.Where(key => key.Id != wanted)]
                : throw new UsageException($"there is no key '{wanted}' in {file.Path}: run 'speaker key list'"));
            if (output.Json)
            {
                VerbOutput.WriteJson(new RemovedKeyJson(wanted, true), KeyJson.Output.RemovedKeyJson);
            }
            else
            {
                output.Results.WriteLine($"Removed key {wanted} from {file.Path}.");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
