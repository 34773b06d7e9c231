using Speaker.CommandLine.Reports;
using Speaker.Host.Tests.Support;
using Speaker.Train.Studies;
using Speaker.Training.Studies;

namespace Speaker.Host.Tests.Studies;

public sealed class StudyReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_Result_HasAPlotATableAndTheFindingsOfEachClaim()
    {
        using var writer = new StringWriter();
        StudyReport.Of(Result()).Write(writer, new PlottingLibrary(""));
        var page = writer.ToString();
        Assert.Equal(3, page.Split("<figure class=\"plot\">").Length - 1);
        Assert.Equal(3, page.Split("<table>").Length - 1);
        foreach (var text in (string[])
            ["margin", "mining", "cost", "25.0%", "Lowest error: 0.2", "semi-hard, or so", "4.00%"])
        {
            Assert.Contains(text, page, StringComparison.Ordinal);
        }
    }

    [BrowserFact]
    public void Open_InABrowser_DrawsEveryPlotAndComplainsOfNothing()
    {
        var path = _folder.File("study.html");
        StudyReport.Of(Result()).Save(path, PlottingLibrary.Load());
        var (page, console) = Browser.Open(path, false, _folder);
        Assert.Empty(console);
        Assert.Equal(3, page.Split("class=\"plot drawn\"").Length - 1);
    }

    private static StudyResult Result() => new(
        new StudySubject(80, 800, 3600, 0.6, 20, 5000, 250, 2),
        [
            new ClaimResult(
                new Claim("margin", "How wide?", "someone", [Numbered(0.2), Numbered(1)], []),
                [Measured(Numbered(0.2), 0.25), Measured(Numbered(1), 0.3)]),
            new ClaimResult(
                new Claim("mining", "Which?", "someone", [Named("random"), Named("semi-hard, or so")], []),
                [Measured(Named("random"), 0.3), Measured(Named("semi-hard, or so"), 0.25)]),
        ],
        new MiningCost(2,
        [
            new MiningTimes(64, 50, new Dictionary<string, double> { ["hard"] = 0.5 }),
            new MiningTimes(256, 200, new Dictionary<string, double> { ["hard"] = 8 }),
        ]));

    private static StudyVariant Numbered(double value) =>
        Named(value.ToString(System.Globalization.CultureInfo.InvariantCulture)) with { Value = value };

    private static StudyVariant Named(string name) => new(name, options => options);

    private static VariantResult Measured(StudyVariant variant, double eer)
    {
        var run = new RunResult(
            RunEnding.Finished, eer, new Dictionary<string, double> { ["corpus"] = eer },
            [.. Enumerable.Range(0, 100).Select(i => eer + (i / 1000.0))], 0.1, double.NaN, 0.2, 0.6, 1, null);
        return new VariantResult(variant, [run, run with { Eer = eer }]);
    }
}
