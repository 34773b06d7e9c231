using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Inference;
using Speaker.Models;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>export FILE [NAME…]</c>.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "The file to write; it must not exist yet. Only you may read it.",
        };
        var names = new Argument<string[]>("NAME")
        {
            Description = "The speakers to write. Default: everybody.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("export",
            "Write voiceprints to a file that 'import' reads into another store: names, consents and embeddings as " +
            "JSON, with the hash of their model. docs/voiceprints.md describes it. The file is not sealed, also where the " +
            "voiceprints in the store are.")
        {
            file,
            names,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var encoder = host.Services.GetRequiredService<VoiceEncoder>();
            var store = host.Services.GetRequiredService<IEditableStore>();
            var all = await store.ReadAllAsync(encoder.Hash, cancellation);
            string[] wanted = [.. (parsed.GetValue(names) ?? []).Select(SpeakerName.Normalise)];
            if (Array.Find(wanted, name => all.All(speaker => speaker.Name != name)) is { } unknown)
            {
                throw new UsageException($"unknown speaker '{unknown}' in store {store.Location}: nothing was written");
            }

            KeptSpeaker[] chosen =
                [.. all.Where(speaker => wanted.Length == 0 || wanted.Contains(speaker.Name, StringComparer.Ordinal))];
            if (chosen.Length == 0)
            {
                throw new UsageException($"nobody is enrolled in store {store.Location}: nothing was written");
            }

            var path = parsed.GetRequiredValue(file);
            if (Path.Exists(path))
            {
                throw new UsageException($"{path} exists already: name another file, or remove it first");
            }

            var contents = VoiceprintFile.Of(chosen, encoder.Hash, encoder.Card.Encoder.Dimension).ToBytes();
            AtomicFile.WritePrivate(path, stream => stream.Write(contents));
            Show(new VoiceprintsJson(
                path, chosen.Length, chosen.Sum(speaker => speaker.Utterances.Count), encoder.Hash), output);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Show(VoiceprintsJson written, VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(written, JsonContracts.Output.VoiceprintsJson);
        }
        else
        {
            output.Results.WriteLine(
                $"Wrote speakers: {written.Speakers}, utterances: {written.Utterances}, to {written.File}. " +
                "It is not sealed. Voiceprints are biometric data: keep the file as you keep the store.");
        }
    }
}
