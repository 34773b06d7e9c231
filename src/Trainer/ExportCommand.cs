using System.CommandLine;
using Speaker.CommandLine;
using Speaker.Models;
using Speaker.Training.Exchange;
using Spectre.Console;

namespace Speaker.Train;

/// <summary><c>export --onnx FILE --model MODEL</c>.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var onnx = new Option<string>("--onnx")
        {
            Description = "File to write: an ONNX model that takes log mel bands with the utterance's mean taken " +
                "out, as the clients of WeSpeaker and sherpa-onnx give them.",
            HelpName = "FILE",
            Required = true,
        };
        var command = new Command(
            "export",
            "Write the encoder of --model for other programs: any network whose front end has Kaldi's frames and as " +
            "many cepstra as mel bands.") { onnx };
        command.SetVerb((parsed, output, _) =>
        {
            var model = ModelFiles.Resolve(parsed.GetValue(GlobalOptions.Model)
                ?? throw new UsageException("export needs --model: the model whose encoder to write"));
            var path = Path.GetFullPath(parsed.GetRequiredValue(onnx));
            EncoderExport.Export(model, path);
            if (output.Json)
            {
                VerbOutput.WriteJson(new ExportJson(path), JsonContracts.Output.ExportJson);
                return ExitCode.Done;
            }

            var facts = FactTable.Create();
            facts.AddRow("ONNX model", Markup.Escape(path));
            output.Results.Write(facts);
            return ExitCode.Done;
        });
        return command;
    }
}
