using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Speaker.CommandLine;
using Speaker.Enrolment.Sqlite;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>restore FILE</c>.</summary>
internal static class RestoreCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A file that 'backup' wrote." };
        var replace = FlagOption.Create(
            "--replace", "Also where speakers are enrolled in the store: they are gone afterwards.");
        var command = new Command("restore",
            "Replace everything in an SQLite store by what a backup holds, all or nothing, while others use the " +
            "store. A store with speakers in it is replaced only with --replace. A backup of another model is refused.")
        {
            file,
            replace,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var store = BackupCommand.StoreOf(host.Services, "restore a database with pg_restore or psql");
            var modelHash = host.Services.GetRequiredService<ISpeakerRecognizer>().ModelHash;
            var path = parsed.GetRequiredValue(file);
            if (!File.Exists(path))
            {
                throw new UsageException($"there is no file {path}: nothing was restored");
            }

            if (Path.GetFullPath(path) == Path.GetFullPath(store.Path))
            {
                throw new UsageException($"{path} is the store itself: nothing was restored");
            }

            var restored = await store.AddAsync(
                database =>
                {
                    if (!parsed.GetValue(replace) && database.List().Count is > 0 and var enrolled)
                    {
                        throw new UsageException(
                            $"store {store.Path} has {enrolled} speakers: nothing was restored; with --replace they " +
                            "are gone afterwards");
                    }

                    StoreBackup.Restore(database, path, modelHash);
                    return BackupCommand.Contents(path);
                },
                cancellation);
            if (output.Json)
            {
                VerbOutput.WriteJson(restored, JsonContracts.Output.CopiedStoreJson);
            }
            else
            {
                output.Results.WriteLine(
                    $"Restored speakers: {restored.Speakers}, utterances: {restored.Utterances}, from " +
                    $"{restored.File} into {store.Path}.");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
