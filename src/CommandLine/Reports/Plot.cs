using Speaker.Metrics;

namespace Speaker.CommandLine.Reports;

/// <summary>How an axis is divided.</summary>
internal enum PlotScale
{
    Linear,

    /// <summary>Base 10; values above 0.</summary>
    Logarithmic,

    /// <summary>Rates, 0 to 1, by the quantile of the normal distribution, as DET curves have them.</summary>
    Probit,
}

/// <summary>An axis of a plot.</summary>
internal sealed record PlotAxis(string Title)
{
    public PlotScale Scale { get; init; }

    /// <summary>Where the axis begins and ends when the page opens; null: as the data ask for.</summary>
    public double? Low { get; init; }

    public double? High { get; init; }

    /// <summary>Names of the places 0, 1, 2, … where the axis has names instead of numbers.</summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>True where the numbers mean nothing, as on a map.</summary>
    public bool Bare { get; init; }
}

/// <summary>What a series looks like.</summary>
internal enum PlotStyle
{
    Line,

    /// <summary>A line with its points.</summary>
    Marked,

    Points,

    Bars,

    /// <summary>Bars that lie over those of other series, half transparent, without a gap: histograms.</summary>
    Overlaid,
}

/// <summary>Points that belong together; one entry of the legend, which shows and hides it.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Style">How it is drawn.</param>
/// <param name="X">In the axis's unit; what is not finite is left out.</param>
/// <param name="Y">As many.</param>
internal sealed record PlotSeries(string Name, PlotStyle Style, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>Ends of the interval about each point, in Y; null: none.</summary>
    public IReadOnlyList<double>? Low { get; init; }

    public IReadOnlyList<double>? High { get; init; }

    /// <summary>What is said of each point under the mouse; null: its numbers.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The group of each point, 0, 1, 2, …: points of one group have one colour; null: the series
    /// has.</summary>
    public IReadOnlyList<int>? Groups { get; init; }

    /// <summary>Bold and in the colour of the text, before all others: a sum, a mean.</summary>
    public bool Emphasised { get; init; }
}

/// <summary>A line across the plot at one place of the X axis, with its name.</summary>
internal sealed record PlotMark(string Name, double At);

/// <summary>A plot as data; report.js draws it.</summary>
/// <param name="Name">What it shows: the title above it, and the name of the file it is saved as.</param>
internal sealed record Plot(string Name, PlotAxis X, PlotAxis Y, IReadOnlyList<PlotSeries> Series)
{
    public IReadOnlyList<PlotMark> Marks { get; init; } = [];

    /// <summary>One unit is as long on both axes.</summary>
    public bool Square { get; init; }

    /// <summary>Pixels.</summary>
    public int Height { get; init; } = 460;
}
