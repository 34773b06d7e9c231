using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Enrolment.Sqlite;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>backup FILE</c>.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "The file to write; it must not exist yet. Only you may read it.",
        };
        var command = new Command("backup",
            "Copy an SQLite store to a file while others use it: everything that it holds at one moment but kept " +
            "recordings. The file is a store itself, and 'restore' puts it back. (PostgreSQL has pg_dump.)")
        {
            file,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var store = StoreOf(host.Services, "back up a database with pg_dump");
            var path = parsed.GetRequiredValue(file);
            if (Path.Exists(path))
            {
                throw new UsageException($"{path} exists already: name another file, or remove it first");
            }

            var written = await store.ReadAsync(
                database =>
                {
                    StoreBackup.Write(database, path);
                    return Contents(path);
                },
                null, cancellation)
                ?? throw new UsageException($"there is no store {store.Path}: nothing was written");
            if (output.Json)
            {
                VerbOutput.WriteJson(written, JsonContracts.Output.CopiedStoreJson);
            }
            else
            {
                output.Results.WriteLine(
                    $"Wrote speakers: {written.Speakers}, utterances: {written.Utterances}, to {written.File}. " +
                    "Voiceprints are biometric data: keep the file as you keep the store.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>What is in a backup.</summary>
    public static CopiedStoreJson Contents(string path)
    {
        using var backup = VoiceprintDatabase.OpenBackup(path);
        var speakers = backup.List();
        return new CopiedStoreJson(path, speakers.Count, speakers.Sum(speaker => speaker.Utterances));
    }

    /// <param name="services">Of the verb.</param>
    /// <param name="instead">What to do with a database.</param>
    /// <exception cref="UsageException">The store is no file.</exception>
    public static SqliteVoiceprintStore StoreOf(IServiceProvider services, string instead)
    {
        var store = services.GetRequiredService<IEditableStore>();
        return store as SqliteVoiceprintStore
            ?? throw new UsageException($"store {store.Location} is no file: {instead}");
    }
}
