using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Inference;
using Speaker.Models;
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
            "utterances that are there already are passed over. A file of another model is refused. (Weights of a " +
            "network become a model by 'speaker-train import'.)")
        {
            file,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var encoder = host.Services.GetRequiredService<VoiceEncoder>();
            var store = host.Services.GetRequiredService<IEditableStore>();
            var path = parsed.GetRequiredValue(file);
            var speakers = Read(path, encoder);
            var options = host.Services.GetRequiredService<IOptions<SpeakerOptions>>().Value;
            if (ConsentRule.Problem(speakers, options.Enrolment) is { } problem)
            {
                throw new UsageException($"{path}: {problem}");
            }

            var added = await store.ImportAsync(speakers, encoder.Hash, cancellation);
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
                    $"{result.AlreadyEnrolled}, from {path} into {store.Location}.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static IReadOnlyList<KeptSpeaker> Read(string path, VoiceEncoder encoder)
    {
        if (ImportedFile.HoldsWeights(path))
        {
            throw new UsageException(File.Exists(ModelFiles.CardPathOf(path))
                ? $"{path} is a model and holds no voiceprints: use it with --model {path}"
                : $"{path} holds the weights of a network and no voiceprints: 'speaker-train import {path} --out " +
                    "MODEL' makes a model of them");
        }

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
