using System.Globalization;
using Speaker.Audio.Validation;
using Speaker.CommandLine;
using Speaker.Training.Runs;
using Speaker.Training.Studies;
using Spectre.Console;

namespace Speaker.Train.Studies;

/// <summary>How <c>eval --leave-out</c> looks on stderr: a line for each finished group, and on a terminal another for
/// what is being done.</summary>
internal sealed class LeaveOutDisplay : IProgress<LeaveOutProgress>, IProgress<FeatureBankProgress>,
    IProgress<TeacherProgress>
{
    private readonly Action<string> _note;
    private readonly Action<string>? _now;

    private LeaveOutDisplay(Action<string> note, Action<string>? now) => (_note, _now) = (note, now);

    public static T Run<T>(VerbOutput output, Func<LeaveOutDisplay, T> study)
    {
        if (Console.IsErrorRedirected)
        {
            return study(new LeaveOutDisplay(VerbOutput.Note, null));
        }

        return output.Diagnostics.Status().Start(
            "reading recordings",
            context => study(new LeaveOutDisplay(
                output.Diagnostics.WriteLine, text => context.Status = Markup.Escape(text))));
    }

    public void Report(FeatureBankProgress value) => CountedLine.Show(value, _note, _now);

    public void Report(TeacherProgress value) => CountedLine.Show(value, _note, _now);

    public void Report(LeaveOutProgress value)
    {
        if (value.Finished is { } group)
        {
            var before = group.InitialEer is { } rate ? $", before training {LeaveOutPresenter.Percent(rate)}" : "";
            _note(string.Create(CultureInfo.InvariantCulture,
                $"group {value.Number} of {value.Groups}, {value.Group} left out: EER {LeaveOutPresenter.Percent(group.Eer)}" +
                $"{before}, {group.Steps:#,0} steps in {group.Minutes:0.0} min"));
        }
        else
        {
            _now?.Invoke(string.Create(CultureInfo.InvariantCulture,
                $"group {value.Number} of {value.Groups}, {value.Group} left out: step {value.Step:#,0} of {value.Steps:#,0}"));
        }
    }
}
