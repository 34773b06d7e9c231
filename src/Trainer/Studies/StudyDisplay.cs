using System.Globalization;
using Speaker.Audio.Validation;
using Speaker.CommandLine;
using Speaker.Training.Runs;
using Speaker.Training.Studies;
using Spectre.Console;

namespace Speaker.Train.Studies;

/// <summary>
/// How a study looks on stderr while it runs: a line for what is done, and on a terminal another for what is being
/// done.
/// </summary>
internal sealed class StudyDisplay : IProgress<StudyProgress>, IProgress<FeatureBankProgress>, IProgress<TeacherProgress>
{
    private readonly int _steps;
    private readonly Action<string> _note;
    private readonly Action<string>? _now;

    private StudyDisplay(int steps, Action<string> note, Action<string>? now) =>
        (_steps, _note, _now) = (steps, note, now);

    public static T Run<T>(VerbOutput output, int steps, Func<StudyDisplay, T> study)
    {
        if (Console.IsErrorRedirected)
        {
            return study(new StudyDisplay(steps, VerbOutput.Note, null));
        }

        return output.Diagnostics.Status().Start(
            "reading recordings",
            context => study(new StudyDisplay(
                steps, output.Diagnostics.WriteLine, text => context.Status = Markup.Escape(text))));
    }

    public void Report(FeatureBankProgress value) => CountedLine.Show(value, _note, _now);

    public void Report(TeacherProgress value) => CountedLine.Show(value, _note, _now);

    public void Report(StudyProgress value)
    {
        switch (value.Event)
        {
            case StudyEvent.Planned:
                _note(Text(
                    $"{Plural.Of(value.ToDo, "run")} of {Plural.Of(_steps, "step")} to do, {
                        value.Kept:#,0} kept from before"));
                break;
            case StudyEvent.MiningTimed:
                _note($"mining timed at {value.Label} crops");
                break;
            case StudyEvent.Estimated:
                _note($"the first steps suggest that the runs take about {Duration(value.Remaining)}");
                break;
            case StudyEvent.Finished:
                _note(Text(
                    $"run {value.Done:#,0} of {value.ToDo:#,0}  {value.Label}  EER {value.Result!.Eer:0.0%}{
                        Ending(value.Result)}  remaining {Duration(value.Remaining)}"));
                break;
            case StudyEvent.Stepped:
                _now?.Invoke(Text(
                    $"run {value.Done + 1:#,0} of {value.ToDo:#,0}  {value.Label}  remaining {
                        Duration(value.Remaining)}"));
                break;
        }
    }

    private static string Ending(RunResult result) =>
        result.Ending == RunEnding.Finished ? "" : $" ({result.Ending.ToString().ToLowerInvariant()})";

    private static string Duration(TimeSpan? time) => time is not { } known ? "not known yet"
        : known.TotalMinutes < 2 ? Text($"{known.TotalSeconds:0} s")
        : Text($"{known.TotalMinutes:0} min");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
