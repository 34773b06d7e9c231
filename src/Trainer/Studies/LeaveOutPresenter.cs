using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Speaker.CommandLine;
using Speaker.Training.Studies;
using Spectre.Console;

namespace Speaker.Train.Studies;

// The field names are the contract; a change here is a change for every script that reads them.

internal sealed record LeftOutGroupJson(
    string Group,
    IReadOnlyList<string> Corpora,
    int Trials,
    int Targets,
    int Speakers,
    double Eer,
    IReadOnlyDictionary<string, double> EerByCorpus,
    double? InitialEer,
    IReadOnlyDictionary<string, double>? InitialEerByCorpus,
    int Steps,
    double Minutes);

internal sealed record LeaveOutJson(
    IReadOnlyList<LeftOutGroupJson> Groups, double MeanEer, double? MeanInitialEer, int? LearntLeftOut, int Skipped);

[JsonSerializable(typeof(LeaveOutJson))]
internal sealed partial class LeaveOutContracts : JsonSerializerContext
{
    public static LeaveOutContracts Output { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary>The figures of <c>eval --leave-out</c> as a table or as JSON.</summary>
internal static class LeaveOutPresenter
{
    public static void Show(LeaveOutResult result, VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(
                new LeaveOutJson(
                    [.. result.Groups.Select(group => new LeftOutGroupJson(
                        group.Name, group.Corpora, group.Trials, group.Targets, group.Speakers, group.Eer,
                        group.EerByCorpus, group.InitialEer, group.InitialEerByCorpus, group.Steps, group.Minutes))],
                    result.MeanEer, result.MeanInitialEer, result.LearntLeftOut, result.Skipped.Count),
                LeaveOutContracts.Output.LeaveOutJson);
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumn("left out");
        foreach (var heading in (string[])["speakers", "targets", "trials", "EER", "before training", "steps", "minutes"])
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        foreach (var group in result.Groups)
        {
            table.AddRow(
                Markup.Escape(group.Name), Count(group.Speakers), Count(group.Targets), Count(group.Trials),
                Percent(group.Eer), Percent(group.InitialEer), Count(group.Steps),
                group.Minutes.ToString("0.0", CultureInfo.InvariantCulture));
        }

        table.AddRow("mean", "", "", "", Percent(result.MeanEer), Percent(result.MeanInitialEer), "", "");
        output.Results.Write(table);
    }

    public static string Percent(double? rate) => rate?.ToString("0.0%", CultureInfo.InvariantCulture) ?? "-";

    private static string Count(int value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
