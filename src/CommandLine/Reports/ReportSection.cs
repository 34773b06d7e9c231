namespace Speaker.CommandLine.Reports;

/// <summary>A part of a page under a heading of its own.</summary>
internal sealed record ReportSection(string Title, IReadOnlyList<ReportBlock> Blocks);

/// <summary>Something that stands on the page.</summary>
internal abstract record ReportBlock
{
    internal abstract void Write(TextWriter writer);
}

/// <summary>A paragraph.</summary>
internal sealed record ReportText(string Text) : ReportBlock
{
    internal override void Write(TextWriter writer) => writer.WriteLine($"<p>{HtmlReport.Escape(Text)}</p>");
}

/// <summary>A figure to be seen from afar.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">As it is to be read.</param>
/// <param name="Detail">Its interval, or what it comes from.</param>
internal sealed record HeadlineFigure(string Name, string Value, string Detail);

/// <summary>A row of large figures.</summary>
internal sealed record ReportHeadline(IReadOnlyList<HeadlineFigure> Figures) : ReportBlock
{
    internal override void Write(TextWriter writer)
    {
        writer.WriteLine("<dl class=\"headline\">");
        foreach (var figure in Figures)
        {
            writer.WriteLine(
                $"<div><dt>{HtmlReport.Escape(figure.Name)}</dt><dd>{HtmlReport.Escape(figure.Value)}</dd>" +
                $"<dd class=\"detail\">{HtmlReport.Escape(figure.Detail)}</dd></div>");
        }

        writer.WriteLine("</dl>");
    }
}

/// <summary>A table; all columns but the first are figures and stand to the right.</summary>
/// <param name="Headings">Of the columns; empty: none.</param>
/// <param name="Rows">As many cells each.</param>
/// <param name="Words">True where the cells are words: they stand to the left.</param>
internal sealed record ReportTable(
    IReadOnlyList<string> Headings, IReadOnlyList<IReadOnlyList<string>> Rows, bool Words = false) : ReportBlock
{
    internal override void Write(TextWriter writer)
    {
        writer.WriteLine($"<div class=\"wide\"><table{(Words ? " class=\"words\"" : "")}>");
        if (Headings.Count > 0)
        {
            WriteRow(writer, "th", Headings);
        }

        foreach (var row in Rows)
        {
            WriteRow(writer, "td", row);
        }

        writer.WriteLine("</table></div>");
    }

    private static void WriteRow(TextWriter writer, string tag, IReadOnlyList<string> cells) => writer.WriteLine(
        $"<tr>{string.Concat(cells.Select(cell => $"<{tag}>{HtmlReport.Escape(cell)}</{tag}>"))}</tr>");
}

/// <summary>An interactive plot.</summary>
internal sealed record ReportPlot(Plot Plot) : ReportBlock
{
    // The JSON is ASCII without '<' and '&', so that nothing in it ends the element.
    internal override void Write(TextWriter writer) => writer.WriteLine(
        $"<figure class=\"plot\"><script type=\"application/json\">{PlotJson.Write(Plot)}</script></figure>");
}

/// <summary>Small plots side by side.</summary>
internal sealed record ReportPlots(IReadOnlyList<Plot> Plots) : ReportBlock
{
    internal override void Write(TextWriter writer)
    {
        writer.WriteLine("<div class=\"plots\">");
        foreach (var plot in Plots)
        {
            new ReportPlot(plot).Write(writer);
        }

        writer.WriteLine("</div>");
    }
}
