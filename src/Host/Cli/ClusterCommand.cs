using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.Audio;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.Presentation;
using Speaker.Inference;
using Speaker.Recognition;
using Speaker.Scoring;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>cluster FILE…</c>.</summary>
internal static class ClusterCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Recordings of one voice each: WAV, FLAC, Ogg, Opus, MP3 or AIFF.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var list = RecordingList.Option();
        var image = new Option<string?>("--image")
        {
            Description = "Also draw a map of the recordings to this file, an SVG image: alike ones near each other, " +
                "a colour a voice. Default: no map.",
            HelpName = "FILE.svg",
        };
        var command = new Command("cluster",
            "Group recordings by voice. Two groups become one while the mean distance between their recordings is " +
            "within the threshold; nothing is enrolled, and no store is read. If a file is refused or cannot be read, " +
            "the others are still grouped. Exit codes: 2 if a file was refused, 3 if one could not be read.")
        {
            files,
            list,
            image,
        };
        var thresholds = ThresholdOptions.AddTo(command, SettingKeys.Verification);
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            var paths = RecordingList.Recordings(parsed.GetValue(files) ?? [], parsed.GetValue(list));
            var map = parsed.GetValue(image);
            if (map is not null && !map.EndsWith(".svg", StringComparison.OrdinalIgnoreCase))
            {
                throw new UsageException(
                    $"--image is '{map}', and the map is an SVG image: name a file that ends in .svg");
            }
            using var host = VerbServices.CreateHost(parsed, thresholds.Settings(parsed));
            using var display = new ListeningDisplay(output);
            var recognizer = host.Services.GetRequiredService<ISpeakerRecognizer>();
            var encoder = host.Services.GetRequiredService<VoiceEncoder>();
            var options = host.Services.GetRequiredService<IOptions<SpeakerOptions>>().Value.Verification;
            var threshold = new DecisionThresholds(encoder).For(options.Threshold, options.TargetFar);
            var heard = new List<(string File, EmbeddingResult Sound)>();
            var refused = new List<RefusedFileJson>();
            var exitCode = await SideBySide.RunAsync(
                paths,
                path => recognizer.EmbedAsync(display.Of(path), cancellation),
                async (path, work) =>
                {
                    try
                    {
                        var sound = await work;
                        if (sound.IsUsable)
                        {
                            heard.Add((path, sound));
                            return ExitCode.Done;
                        }

                        refused.Add(new RefusedFileJson(path, sound.Message));
                        return ExitCode.Inconclusive;
                    }
                    catch (AudioException exception)
                    {
                        refused.Add(new RefusedFileJson(path, exception.Message));
                        return ExitCode.BadInput;
                    }
                });
            TrialSide[] sides = [.. heard.Select(recording => encoder.Scorer.Side(recording.Sound.Embedding!))];
            var groups = VoiceClusters.Of(sides, encoder.Scorer, threshold.Value, cancellation);
            if (map is not null)
            {
                Draw(
                    map, heard.ConvertAll(recording => recording.File), groups, sides, encoder.Scorer, threshold,
                    cancellation);
            }

            Show(
                new ClusterJson(
                    [.. groups.Select((group, number) => new VoiceJson(
                        number + 1,
                        [.. group.Select(i => new ClusteredFileJson(
                            heard[i].File, Math.Round(heard[i].Sound.SpeechSeconds, 3),
                            DistanceToTheRest(i, group, sides, encoder.Scorer)))]))],
                    refused, threshold.Value, threshold.TargetFar, encoder.Hash, map),
                threshold, output);
            return exitCode;
        });
        return command;
    }

    /// <summary>The mean over the group's other recordings; null where there are none.</summary>
    private static double? DistanceToTheRest(
        int recording, IReadOnlyList<int> group, TrialSide[] sides, Scorer scorer) => group.Count < 2
        ? null
        : group.Where(other => other != recording).Average(
            other => (double)scorer.Distance(sides[recording], sides[other]));

    private static void Draw(
        string path,
        List<string> files,
        IReadOnlyList<IReadOnlyList<int>> groups,
        TrialSide[] sides,
        Scorer scorer,
        DecisionThreshold threshold,
        CancellationToken cancellationToken)
    {
        var voices = groups.SelectMany((group, voice) => group.Select(recording => (recording, voice + 1)))
            .ToDictionary();
        RecordingMap.Save(
            path, [.. files.Select((file, recording) => new MappedRecording(file, voices[recording]))],
            ClassicalScaling.Place(VoiceClusters.Distances(sides, scorer, cancellationToken), cancellationToken),
            threshold.Value);
    }

    private static void Show(ClusterJson result, DecisionThreshold threshold, VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(result, JsonContracts.Output.ClusterJson);
            return;
        }

        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn(new TableColumn("voice").RightAligned()).AddColumn("recording")
            .AddColumn(new TableColumn("speech").RightAligned())
            .AddColumn(new TableColumn("distance to the rest").RightAligned());
        foreach (var voice in result.Voices)
        {
            foreach (var file in voice.Files)
            {
                table.AddRow(
                    voice.Voice.ToString(CultureInfo.InvariantCulture), Markup.Escape(file.File),
                    string.Create(CultureInfo.InvariantCulture, $"{file.SpeechSeconds:0.0} s"),
                    DecisionPresenter.Distance(file.Distance));
            }
        }

        output.Results.Write(table);
        output.Results.WriteLine("threshold " + DecisionPresenter.Threshold(threshold));
        if (result.Image is { } image)
        {
            output.Results.WriteLine($"The map of the recordings is {image}.");
        }

        foreach (var file in result.Refused)
        {
            VerbOutput.Note($"speaker: {file.File}: {file.Reason}");
        }
    }
}
