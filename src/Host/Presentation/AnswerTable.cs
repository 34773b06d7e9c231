using System.Globalization;
using Speaker.CommandLine;
using Spectre.Console;

namespace Speaker.Host.Presentation;

/// <summary>The answers about several recordings on a screen, a line each.</summary>
/// <param name="who">What the column of names is called.</param>
internal sealed class AnswerTable(string who)
{
    private readonly List<(string File, string Speaker, Decision Answer)> _rows = [];

    public void Add(string file, string speaker, Decision answer) => _rows.Add((file, speaker, answer));

    /// <summary>Prints what was added, and the threshold; nothing where nothing was.</summary>
    public void Show(VerbOutput output)
    {
        if (_rows.Count == 0)
        {
            return;
        }

        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn("recording").AddColumn(who).AddColumn("decision")
            .AddColumn(new TableColumn("distance").RightAligned())
            .AddColumn(new TableColumn("speech").RightAligned())
            .AddColumn("reason");
        foreach (var (file, speaker, answer) in _rows)
        {
            table.AddRow(
                Markup.Escape(file), Markup.Escape(speaker), DecisionPresenter.Markup(answer.Outcome),
                DecisionPresenter.Distance(answer.Distance),
                string.Create(CultureInfo.InvariantCulture, $"{answer.SpeechSeconds:0.0} s"),
                Markup.Escape(answer.Message));
        }

        output.Results.Write(table);
        var first = _rows[0].Answer;
        output.Results.WriteLine("threshold " + DecisionPresenter.Threshold(first));
    }
}
