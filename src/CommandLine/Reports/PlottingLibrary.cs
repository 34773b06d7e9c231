using Speaker.CommandLine.Options;

namespace Speaker.CommandLine.Reports;

/// <summary>
/// Plotly's basic bundle (lines, points, bars), which a report carries so that it opens anywhere. It is not part of the
/// repository: package.json and package-lock.json beside this file pin it, scripts/report-library.sh fetches it.
/// </summary>
/// <param name="Source">JavaScript.</param>
internal sealed record PlottingLibrary(string Source)
{
    private const string Script = "scripts/report-library.sh";

    /// <summary>Where the script puts it.</summary>
    public static string Location { get; } = Path.Combine(
        ApplicationFiles.Root, "artifacts", "report", "node_modules", "plotly.js-basic-dist-min",
        "plotly-basic.min.js");

    /// <exception cref="UsageException">It is not there; the message says how to get it.</exception>
    public static PlottingLibrary Load() => Load(Location);

    internal static PlottingLibrary Load(string location)
    {
        if (!File.Exists(location))
        {
            throw new UsageException(
                $"the plotting library of reports is missing ({location}): run ./speaker with the same arguments, or " +
                $"{Script} in the checkout, to fetch it by npm");
        }

        // What ends a script element must not stand inside one; in JavaScript the two are the same.
        return new PlottingLibrary(File.ReadAllText(location)
            .Replace("</script", @"<\/script", StringComparison.OrdinalIgnoreCase));
    }
}
