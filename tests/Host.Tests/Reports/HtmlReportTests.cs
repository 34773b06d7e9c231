using System.Text.Json;
using System.Text.RegularExpressions;
using Speaker.CommandLine;
using Speaker.CommandLine.Reports;
using Speaker.Host.Tests.Support;
using Speaker.Metrics;

namespace Speaker.Host.Tests.Reports;

public sealed partial class HtmlReportTests : IDisposable
{
    /// <summary>A name that ends the element it stands in, if it is let.</summary>
    private const string Hostile = "</script><script>document.title='taken'</script>\"'&amp;<b>";

    private static readonly HtmlReport Page = new(Hostile, Hostile,
    [
        new ReportSection(Hostile,
        [
            new ReportText(Hostile),
            new ReportHeadline([new HeadlineFigure(Hostile, Hostile, Hostile)]),
            new ReportTable([Hostile, Hostile], [[Hostile, Hostile]]),
            new ReportPlot(new Plot(Hostile, new PlotAxis(Hostile), new PlotAxis(Hostile) { Low = 0, High = 1 },
            [
                new PlotSeries(Hostile, PlotStyle.Marked, [1, 2, double.NaN, 4], [0.25, 0.5, 0.5, 1])
                {
                    Low = [0.2, 0.4, 0.4, 0.9], High = [0.35, 0.6, 0.6, 1],
                    Labels = [Hostile, Hostile, Hostile, Hostile],
                },
                new PlotSeries("points", PlotStyle.Points, [1, 2], [1, 2]) { Groups = [3, 8] },
            ])
            { Marks = [new PlotMark(Hostile, 2)] }),
        ]),
        new ReportSection("scales",
        [
            new ReportPlot(new Plot(
                "rates", new PlotAxis("FAR") { Scale = PlotScale.Probit, Low = 0.001, High = 0.5 },
                new PlotAxis("FRR") { Scale = PlotScale.Probit, Low = 0.001, High = 0.5 },
                [new PlotSeries("curve", PlotStyle.Line, [0.01, 0.5], [0.5, 0.01]) { Emphasised = true }])
            { Square = true }),
            new ReportPlot(new Plot(
                "cost", new PlotAxis("batch") { Scale = PlotScale.Logarithmic, Low = 10, High = 1000 },
                new PlotAxis("ms"), [new PlotSeries("sorted", PlotStyle.Line, [10, 1000], [1, 100])])
            { Marks = [new PlotMark("here", 100)] }),
            new ReportPlot(new Plot(
                "scores", new PlotAxis("kind") { Categories = ["target", "impostor"] }, new PlotAxis("share"),
                [
                    new PlotSeries("one", PlotStyle.Overlaid, [0, 1], [0.5, 0.5]),
                    new PlotSeries("other", PlotStyle.Overlaid, [0, 1], [0.25, 0.75]),
                ])),
        ]),
    ]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_NamesThatAreMarkup_AddNoElement()
    {
        using var writer = new StringWriter();
        Page.Write(writer, new PlottingLibrary(""));
        var page = writer.ToString();
        // One for each plot, the library and report.js.
        Assert.Equal(6, ScriptElements().Count(page));
        Assert.DoesNotContain("taken'</script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Plot_KeepsNamesNumbersAndGaps()
    {
        var plot = Plots()[0];
        var series = plot.GetProperty("series")[0];
        Assert.Equal(Hostile, series.GetProperty("name").GetString());
        Assert.Equal(Hostile, series.GetProperty("labels")[3].GetString());
        Assert.Equal([1.0, 2, null, 4], Numbers(series.GetProperty("x")));
        Assert.Equal([0.05, 0.1, 0.1, 0.1], Numbers(series.GetProperty("below")));
        Assert.Equal([0.1, 0.1, 0.1, 0.0], Numbers(series.GetProperty("above")));
        Assert.Equal([0.0, 1], Numbers(plot.GetProperty("y").GetProperty("range")));
        Assert.Equal(2, plot.GetProperty("marks")[0].GetProperty("at").GetDouble());
    }

    [Fact]
    public void Write_Scales_PlaceValuesTicksAndRange()
    {
        var rates = Plots()[1];
        Assert.Equal([-2.32635, 0.0], Numbers(rates.GetProperty("series")[0].GetProperty("x")));
        var tick = rates.GetProperty("x").GetProperty("ticks").EnumerateArray()
            .Single(t => t.GetProperty("text").GetString() == "5%");
        Assert.Equal(Probit.Of(0.05), tick.GetProperty("at").GetDouble(), 1e-5);
        Assert.Equal([-3.09023, 0.0], Numbers(rates.GetProperty("y").GetProperty("range")));

        var cost = Plots()[2];
        Assert.Equal("log", cost.GetProperty("x").GetProperty("kind").GetString());
        Assert.Equal([1.0, 3], Numbers(cost.GetProperty("x").GetProperty("range")));
        Assert.Equal([10.0, 1000], Numbers(cost.GetProperty("series")[0].GetProperty("x")));
        Assert.Equal(
            "impostor", Plots()[3].GetProperty("x").GetProperty("ticks")[1].GetProperty("text").GetString());
    }

    [Fact]
    public void Load_LibraryThatIsNotThere_SaysHowToGetIt()
    {
        var error = Assert.Throws<UsageException>(() => PlottingLibrary.Load(_folder.File("gone.js")));
        Assert.Contains("gone.js", error.Message, StringComparison.Ordinal);
        Assert.Contains("scripts/report-library.sh", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_LibraryWithAnEndOfScriptInAText_DoesNotEndTheElement()
    {
        var path = _folder.File("library.js");
        File.WriteAllText(path, "const end = '</SCRIPT>';");
        Assert.Equal(@"const end = '<\/script>';", PlottingLibrary.Load(path).Source);
    }

    [BrowserFact]
    public void Open_InABrowser_DrawsEveryPlotAndComplainsOfNothing()
    {
        var path = _folder.File("report.html");
        Page.Save(path, PlottingLibrary.Load());
        foreach (var dark in (bool[])[false, true])
        {
            var (page, console) = Browser.Open(path, dark, _folder);
            Assert.Empty(console);
            Assert.Equal(4, Occurrences(page, "class=\"plot drawn\""));
            Assert.DoesNotContain("class=\"plot-error\"", page, StringComparison.Ordinal);
            // The buttons are there, and none that sends the figures away.
            Assert.Contains("data-title=\"Zoom\"", page, StringComparison.Ordinal);
            Assert.DoesNotContain("data-title=\"Share", page, StringComparison.OrdinalIgnoreCase);
            // The names are there to be read, and none of them ran.
            Assert.DoesNotContain("<title>taken", page, StringComparison.Ordinal);
            Assert.Contains(
                "&lt;/script&gt;&lt;script&gt;document.title='taken'&lt;/script&gt;\"'&amp;amp;&lt;b&gt;</text>", page,
                StringComparison.Ordinal);
            Assert.Contains(dark ? "rgb(255, 149, 89)" : "rgb(209, 84, 27)", page, StringComparison.Ordinal);
        }
    }

    private static JsonElement[] Plots()
    {
        using var writer = new StringWriter();
        Page.Write(writer, new PlottingLibrary(""));
        return [.. PlotData().Matches(writer.ToString()).Select(match => JsonElement.Parse(match.Groups[1].Value))];
    }

    private static double?[] Numbers(JsonElement array) =>
        [.. array.EnumerateArray().Select(n => n.ValueKind == JsonValueKind.Null ? (double?)null : n.GetDouble())];

    private static int Occurrences(string text, string part) => text.Split(part).Length - 1;

    [GeneratedRegex("<script", RegexOptions.IgnoreCase)]
    private static partial Regex ScriptElements();

    [GeneratedRegex("<script type=\"application/json\">(.*?)</script>")]
    private static partial Regex PlotData();
}
