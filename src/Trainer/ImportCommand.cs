using System.CommandLine;
using Speaker.CommandLine;
using Speaker.Models;
using Speaker.Training.Exchange;
using Spectre.Console;

namespace Speaker.Train;

/// <summary><c>import FILE --out MODEL</c>.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Weights of a ResNet34, a .safetensors file." };
        var model = new Option<string>("--out")
        {
            Description = "Model to write: MODEL.safetensors, its card MODEL.json and the card as a page MODEL.md.",
            HelpName = "MODEL",
            Required = true,
        };
        var overwrite = FlagOption.Create(
            "--overwrite", "Replace what is at --out, if anything is; otherwise that is an error.");
        var command = new Command("import", "Make a model of a ResNet34's weights that others trained.")
        {
            file,
            model,
            overwrite,
        };
        command.SetVerb((parsed, output, _) =>
        {
            var path = ModelFiles.WeightsPath(parsed.GetRequiredValue(model));
            if (File.Exists(path) && !parsed.GetValue(overwrite))
            {
                throw new UsageException($"{path} exists: give another --out, or replace it with --overwrite");
            }

            var source = parsed.GetRequiredValue(file);
            if (ImportedFile.HoldsVoiceprints(source))
            {
                throw new UsageException(
                    $"{source} holds voiceprints and no weights: 'speaker import {source}' adds them to a store");
            }

            var card = ResNetImport.Import(source, path);
            if (output.Json)
            {
                VerbOutput.WriteJson(new ImportJson(path, card.WeightsSha256), JsonContracts.Output.ImportJson);
                return ExitCode.Done;
            }

            var facts = FactTable.Create();
            facts.AddRow("model", Markup.Escape(path));
            foreach (var origin in card.Origins ?? [])
            {
                facts.AddRow("source", Markup.Escape(origin.Source));
                facts.AddRow("licence", Markup.Escape(origin.Licence));
            }

            output.Results.Write(facts);
            return ExitCode.Done;
        });
        return command;
    }
}
