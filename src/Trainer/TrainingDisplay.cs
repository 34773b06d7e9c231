using System.Globalization;
using Speaker.Audio.Validation;
using Speaker.CommandLine;
using Speaker.Training.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Speaker.Train;

/// <summary>
/// How a training run looks on stderr: one table that is rewritten in place on a terminal, a plain line a report
/// elsewhere.
/// </summary>
internal sealed class TrainingDisplay : IProgress<TrainingProgress>, IProgress<FeatureBankProgress>,
    IProgress<TeacherProgress>
{
    private const int ListedCorpora = 3;

    private readonly Action<IRenderable>? _redraw;

    private TrainingDisplay(Action<IRenderable>? redraw) => _redraw = redraw;

    public static T Run<T>(VerbOutput output, Func<TrainingDisplay, T> train)
    {
        if (Console.IsErrorRedirected)
        {
            return train(new TrainingDisplay(null));
        }

        return output.Diagnostics.Live(Framed("reading recordings")).Start(context =>
            train(new TrainingDisplay(context.UpdateTarget)));
    }

    public void Report(FeatureBankProgress value)
    {
        var line = string.Create(CultureInfo.InvariantCulture,
            $"features in {Plural.Of(value.Versions.Count, "version")}: " +
            $"{value.Utterances:#,0} of {Plural.Of(value.TotalUtterances, "utterance")}");
        Show(line);
    }

    public void Report(TeacherProgress value) => Show(string.Create(
        CultureInfo.InvariantCulture,
        $"the teacher's embeddings: {value.Recordings:#,0} of {Plural.Of(value.TotalRecordings, "recording")}"));

    private void Show(string line)
    {
        if (_redraw is null)
        {
            VerbOutput.Note(line);
        }
        else
        {
            _redraw(Framed(line));
        }
    }

    public void Report(TrainingProgress value)
    {
        if (_redraw is null)
        {
            VerbOutput.Note(string.Join("  ", Facts(value).Select(fact => $"{fact.Name} {fact.Value}")));
        }
        else
        {
            _redraw(Panel(value));
        }
    }

    /// <summary>A line in a frame: the library redraws what is one row high a row too high, as terminals take "0 rows up"
    /// for one.</summary>
    private static Panel Framed(string line) => new Panel(new Text(line)).Border(BoxBorder.Rounded);

    private static Table Panel(TrainingProgress progress)
    {
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn("");
        foreach (var (name, value) in Facts(progress))
        {
            table.AddRow(name, Markup.Escape(value));
        }

        return table;
    }

    private static IEnumerable<(string Name, string Value)> Facts(TrainingProgress progress)
    {
        yield return ("step", Text($"{progress.Step:#,0} of {progress.Steps:#,0} (epoch {progress.Epoch:0.00})"));
        yield return ("loss", Text($"{progress.Loss:0.0000}"));
        foreach (var (name, value) in progress.Losses)
        {
            yield return (name, name == "softmax"
                ? Text($"{value:0.000} (accuracy {progress.Accuracy:0.0%})")
                : Text($"{value:0.0000}"));
        }

        var mining = progress.Mining;
        yield return ("mining", progress.Miner);
        yield return ("active triplets", Text($"{mining.ActiveFraction:0.0%}"));
        yield return ("semi-hard triplets", Text($"{mining.SemiHardFraction:0.0%}"));
        yield return ("mean d(a,p)", Text($"{mining.MeanPositive:0.000}"));
        yield return ("mean d(a,n)", Text($"{mining.MeanNegative:0.000}"));
        yield return ("mean gap", Text($"{mining.MeanGap:0.000}"));
        yield return ("dev EER", progress.MeanDevEer is { } eer
            ? Text($"{eer:0.00%} (best at step {progress.BestStep:#,0}: {PerCorpus(progress)})")
            : "not yet");
        yield return ("learning rate", Text($"{progress.LearningRate:0.0e+0}"));
        yield return ("utterances/s", Text($"{progress.UtterancesPerSecond:0}"));
        yield return ("remaining", Text($"{progress.Remaining:h\\:mm\\:ss}"));
    }

    /// <summary>Of many corpora the hardest alone, so that the table fits a terminal of 80 columns and 24 lines.</summary>
    private static string PerCorpus(TrainingProgress progress) => progress.DevEer.Count <= ListedCorpora
        ? string.Join(", ", progress.DevEer.Select(rate => Text($"{rate.Key} {rate.Value:0.0%}")))
        : $"mean of {progress.DevEer.Count} corpora, the highest " +
            Text($"{progress.DevEer.MaxBy(rate => rate.Value).Key} {progress.DevEer.Values.Max():0.0%}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
