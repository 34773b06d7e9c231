using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.Labels;
using Speaker.Host.Presentation;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>label RECORDING --segments FILE</c>.</summary>
internal static class LabelCommand
{
    public static Command Create()
    {
        var recording = new Argument<string>("RECORDING")
        {
            Description = "A recording of several voices: WAV, FLAC, Ogg, Opus, MP3 or AIFF.",
        };
        var segments = new Option<string>("--segments")
        {
            Description = "Who speaks when, as diarisation found it: RTTM, or JSON with 'start', 'end' and 'speaker' " +
                "or 'label'.",
            HelpName = "FILE",
            Required = true,
        };
        var rttm = new Option<string?>("--rttm")
        {
            Description = "Also write the segments to this file as RTTM, with the names in place of the labels; a " +
                "voice that is nobody's keeps its label, and blanks in names become underscores. The file must not " +
                "exist yet. Default: no file.",
            HelpName = "FILE",
        };
        var command = new Command("label",
            "Give diarised segments the names of enrolled speakers. All segments of one label are judged together as " +
            "one voice, a segment without a label alone. With --json, one object a segment. Exit codes: 0 done, 2 if " +
            "a voice could not be judged.")
        {
            recording,
            segments,
            rttm,
        };
        var thresholds = ThresholdOptions.AddTo(command, SettingKeys.Identification);
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            var path = parsed.GetRequiredValue(recording);
            var target = parsed.GetValue(rttm);
            if (Path.Exists(target))
            {
                throw new UsageException($"--rttm: {target} exists already: name another file, or remove it first");
            }

            var diarised = SegmentFile.Read(parsed.GetRequiredValue(segments), path);
            using var host = VerbServices.CreateHost(parsed, thresholds.Settings(parsed));
            var recognizer = host.Services.GetRequiredService<ISpeakerRecognizer>();
            var samples = await Task.Run(() => AudioFile.ReadSamples(path, cancellation), cancellation);
            var answers = new Decision[diarised.Count];
            // A segment without a label is a voice of its own.
            var voices = Enumerable.Range(0, diarised.Count)
                .GroupBy(i => (diarised[i].Label, Alone: diarised[i].Label is null ? i : -1)).ToArray();
            await SideBySide.RunAsync(
                voices,
                voice => recognizer.IdentifyAsync(
                    AudioInput.FromSamples(Sound(samples, voice.Select(i => diarised[i])), AudioFile.SampleRate),
                    cancellation),
                async (voice, work) =>
                {
                    var answer = DecisionPresenter.RequireSpeaker(await work, VerbServices.StorePath(host));
                    foreach (var i in voice)
                    {
                        answers[i] = answer;
                    }

                    return ExitCode.Done;
                });
            if (target is not null)
            {
                RttmWriter.Save(
                    target, path,
                    [.. diarised.Zip(answers, (segment, answer) => new NamedSegment(segment, answer.Speaker))]);
            }

            Show(diarised, answers, output);
            return Array.Exists(answers, answer => answer.Outcome == Outcome.Inconclusive)
                ? ExitCode.Inconclusive
                : ExitCode.Done;
        });
        return command;
    }

    /// <summary>The sound of a voice's segments, one after another.</summary>
    /// <exception cref="UsageException">One begins after the recording ends.</exception>
    private static float[] Sound(float[] samples, IEnumerable<DiarisedSegment> segments)
    {
        var sound = new List<float>();
        foreach (var segment in segments)
        {
            var start = Math.Round(segment.Start * AudioFile.SampleRate);
            if (start >= samples.Length)
            {
                throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                    $"a segment starts at {segment.Start:0.0##} s, but the recording is " +
                    $"{(double)samples.Length / AudioFile.SampleRate:0.0} s long: are these the segments of another?"));
            }

            var end = (int)Math.Min(samples.Length, Math.Round(segment.End * AudioFile.SampleRate));
            sound.AddRange(samples.AsSpan((int)start, Math.Max(0, end - (int)start)));
        }

        return [.. sound];
    }

    private static void Show(IReadOnlyList<DiarisedSegment> segments, Decision[] answers, VerbOutput output)
    {
        if (output.Json)
        {
            for (var i = 0; i < answers.Length; i++)
            {
                var (segment, answer) = (segments[i], answers[i]);
                VerbOutput.WriteJson(
                    new LabelJson(
                        segment.Start, segment.End, segment.Label, answer.Speaker,
                        DecisionPresenter.Word(answer.Outcome), answer.Distance, answer.Threshold, answer.TargetFar,
                        answer.Margin, answer.Message, Math.Round(answer.SpeechSeconds, 3), answer.ModelHash),
                    JsonContracts.Output.LabelJson);
            }

            return;
        }

        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn(new TableColumn("start").RightAligned()).AddColumn(new TableColumn("end").RightAligned())
            .AddColumn("label").AddColumn("speaker")
            .AddColumn(new TableColumn("distance").RightAligned()).AddColumn("reason");
        for (var i = 0; i < answers.Length; i++)
        {
            var (segment, answer) = (segments[i], answers[i]);
            table.AddRow(
                string.Create(CultureInfo.InvariantCulture, $"{segment.Start:0.00} s"),
                string.Create(CultureInfo.InvariantCulture, $"{segment.End:0.00} s"),
                Markup.Escape(segment.Label ?? "-"),
                answer.Speaker is { } speaker ? $"[green]{Markup.Escape(speaker)}[/]" : "unknown",
                DecisionPresenter.Distance(answer.Distance), Markup.Escape(answer.Message));
        }

        output.Results.Write(table);
        output.Results.WriteLine("threshold " + DecisionPresenter.Threshold(answers[0]));
    }
}
