using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Enrolment.Sqlite;
using Speaker.Inference;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>import FILE</c>.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A file that 'export' wrote." };
        var command = new Command("import",
            "Add the voiceprints of a file to the store, all or none. Speakers of the same name become one, and " +
            "utterances that are there already are passed over. A file of another model is refused.")
        {
            file,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var encoder = host.Services.GetRequiredService<VoiceEncoder>();
            var store = host.Services.GetRequiredService<SqliteVoiceprintStore>();
            var path = parsed.GetRequiredValue(file);
            var speakers = Read(path, encoder);
            var added = await store.AddAsync(
                database => StoreEditor.Import(database, speakers, encoder.Hash), cancellation);
            var result = new ImportedVoiceprintsJson(
                path, speakers.Count, added, speakers.Sum(speaker => speaker.Utterances.Count) - added, encoder.Hash);
            if (output.Json)
            {
                VerbOutput.WriteJson(result, JsonContracts.Output.ImportedVoiceprintsJson);
            }
            else
            {
                output.Results.WriteLine(
                    $"Read speakers: {result.Speakers}, utterances added: {result.Utterances}, there already: " +
                    $"{result.AlreadyEnrolled}, from {path} into {store.Path}.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static IReadOnlyList<KeptSpeaker> Read(string path, VoiceEncoder encoder)
    {
        try
        {
            return VoiceprintFile.Parse(
                File.ReadAllBytes(path), path, encoder.Hash, encoder.Card.Encoder.Dimension);
        }
        catch (InvalidDataException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }
}
