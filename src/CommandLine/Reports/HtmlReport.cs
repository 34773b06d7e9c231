using System.Net;
using System.Text;
using Speaker.Models;

namespace Speaker.CommandLine.Reports;

/// <summary>
/// A page of text, tables and interactive plots in one file that needs no network: the plotting library, the script
/// and the style are in it, and a content security policy forbids the page to ask for anything.
/// </summary>
/// <remarks>
/// Describe the page, then write it; all texts are plain and are escaped here:
/// <code>
/// var library = PlottingLibrary.Load(); // before long work: says how to get it where it is missing
/// new HtmlReport("Study", "seed 1", [
///     new ReportSection("Margin", [
///         new ReportText("What was varied, and what came of it."),
///         new ReportTable(["margin", "EER"], [["0.2", "3.1%"], ["0.3", "2.9%"]]),
///         new ReportPlot(new Plot("margin", new PlotAxis("margin"), new PlotAxis("EER, %"), [
///             new PlotSeries("semi-hard", PlotStyle.Marked, [0.2, 0.3], [3.1, 2.9])
///                 { Low = [2.8, 2.6], High = [3.4, 3.2] },
///         ])),
///     ]),
/// ]).Save("study.html", library);
/// </code>
/// Launchers that know in advance that a page is wanted run scripts/report-library.sh, which fetches the library.
/// </remarks>
/// <param name="Title">Of the page.</param>
/// <param name="Subtitle">One line below it: what was measured, on what.</param>
/// <param name="Sections">From top to bottom; the page begins with links to them.</param>
internal sealed record HtmlReport(string Title, string Subtitle, IReadOnlyList<ReportSection> Sections)
{
    /// <summary>Nothing from anywhere but this file; images are those that the library makes of a plot.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; " +
        "base-uri 'none'; form-action 'none'";

    /// <summary>Writes the page; a file that is there is replaced whole or not at all.</summary>
    /// <exception cref="ModelException">The file cannot be written.</exception>
    public void Save(string path, PlottingLibrary library) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        Write(writer, library);
    });

    public void Write(TextWriter writer, PlottingLibrary library)
    {
        writer.WriteLine("<!DOCTYPE html>");
        writer.WriteLine("<html lang=\"en\">");
        writer.WriteLine("<head>");
        writer.WriteLine("<meta charset=\"utf-8\">");
        writer.WriteLine($"<meta http-equiv=\"Content-Security-Policy\" content=\"{Policy}\">");
        writer.WriteLine("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        writer.WriteLine("<meta name=\"color-scheme\" content=\"light dark\">");
        writer.WriteLine($"<title>{Escape(Title)}</title>");
        writer.WriteLine($"<style>\n{Resource("report.css")}</style>");
        writer.WriteLine("</head>");
        writer.WriteLine("<body>");
        writer.WriteLine($"<header><h1>{Escape(Title)}</h1><p>{Escape(Subtitle)}</p>");
        writer.Write("<nav>");
        for (var i = 0; i < Sections.Count; i++)
        {
            writer.Write($"<a href=\"#section{i + 1}\">{Escape(Sections[i].Title)}</a> ");
        }

        writer.WriteLine("</nav></header>");
        writer.WriteLine("<main>");
        writer.WriteLine("<noscript><p>The plots need JavaScript, which is switched off.</p></noscript>");
        for (var i = 0; i < Sections.Count; i++)
        {
            writer.WriteLine($"<section id=\"section{i + 1}\"><h2>{Escape(Sections[i].Title)}</h2>");
            foreach (var block in Sections[i].Blocks)
            {
                block.Write(writer);
            }

            writer.WriteLine("</section>");
        }

        writer.WriteLine("</main>");
        writer.WriteLine($"<script>\n{library.Source}\n</script>");
        writer.WriteLine($"<script>\n{Resource("report.js")}</script>");
        writer.WriteLine("</body>");
        writer.WriteLine("</html>");
    }

    internal static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string Resource(string name)
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The program was built without {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
