using System.Globalization;
using System.Text;
using System.Xml;
using Speaker.Audio.Validation;
using Speaker.Models;
using Speaker.Scoring;

namespace Speaker.Host.Presentation;

/// <summary>A recording on the map of <c>cluster</c>.</summary>
/// <param name="File">As the user gave it.</param>
/// <param name="Voice">Number of its group, from 1.</param>
internal sealed record MappedRecording(string File, int Voice);

/// <summary>
/// The recordings of <c>cluster</c> by voice, as an SVG image that opens in any browser: a point each, coloured and shaped
/// by its group, with the file's name beside it as far as there is room, and as a tooltip always.
/// </summary>
internal static class RecordingMap
{
    private const double Width = 1000;
    private const double Height = 760;
    private const double Top = 70;
    private const double Bottom = 60;
    private const double Side = 40;
    private const double LegendWidth = 190;
    private const double Radius = 6;
    private const double FontSize = 12;
    private const double LineHeight = 20;
    private const int LongestLabel = 32;
    private const int MostLegendLines = 30;

    /// <summary>Dark enough on white; told apart also by those who see few colours, with the shapes.</summary>
    private static readonly string[] Colours =
    [
        "#0b6bcb", "#d1541b", "#1b8a4b", "#a23fb5", "#b08400", "#0d8c9c", "#c2255c", "#5b5bd6", "#6b7a1e", "#8a5a33",
    ];

    /// <summary>Circle, square, triangle, diamond, about the origin with a radius of 1.</summary>
    private static readonly string[] Shapes =
    [
        "", "M-.9-.9H.9V.9H-.9Z", "M0-1.15L1.05 .75H-1.05Z", "M0-1.25L1.25 0L0 1.25L-1.25 0Z",
    ];

    /// <summary>Writes the image, whole or not at all.</summary>
    /// <param name="path">The file; replaced where it exists.</param>
    /// <param name="recordings">In any order.</param>
    /// <param name="plane">Their places, in the same order.</param>
    /// <param name="threshold">Of the grouping.</param>
    /// <exception cref="ModelException">It cannot be written.</exception>
    public static void Save(
        string path, IReadOnlyList<MappedRecording> recordings, PlaneOfRecordings plane, double threshold) =>
        AtomicFile.Write(path, stream =>
        {
            using var svg = XmlWriter.Create(stream, new XmlWriterSettings
            {
                Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
                Indent = true,
                NewLineChars = "\n",
            });
            Write(svg, recordings, plane, threshold);
        });

    private static void Write(
        XmlWriter svg, IReadOnlyList<MappedRecording> recordings, PlaneOfRecordings plane, double threshold)
    {
        var voices = recordings.Select(recording => recording.Voice).DefaultIfEmpty(0).Max();
        svg.WriteStartElement("svg", "http://www.w3.org/2000/svg");
        Attributes(svg, ("viewBox", $"0 0 {Width} {Height}"), ("font-family", "sans-serif"),
            ("font-size", Number(FontSize)));
        Element(svg, "rect", ("width", Number(Width)), ("height", Number(Height)), ("fill", "#ffffff"));
        Text(svg, Side, 32, $"{Plural.Of(recordings.Count, "recording")}, {Plural.Of(voices, "voice")}",
            ("font-size", "20"), ("fill", "#1a1a1a"));
        Text(svg, Side, 54, string.Create(CultureInfo.InvariantCulture,
            $"Near each other: alike. One colour and shape is one voice at the threshold {threshold:0.000}."),
            ("fill", "#555555"));
        Text(svg, Side, Height - 20, string.Create(CultureInfo.InvariantCulture,
            $"Classical multidimensional scaling of the distances; the plane shows {plane.Share:0%} of their spread. " +
            $"Directions mean nothing."), ("fill", "#555555"));
        var places = OnThePage(plane.Places);
        var labels = MapLabels.Place(
            [.. Names(recordings).Zip(places, (name, place) => new MapLabel(name, place.X, place.Y))],
            FontSize, Radius, new Box(Side / 2, Top - 10, Width - LegendWidth - (Side / 2), Height - Bottom + 10));
        foreach (var label in labels)
        {
            // Below all points.
            if (label.Leader is { } end)
            {
                Element(svg, "line", ("x1", Number(label.X)), ("y1", Number(label.Y)), ("x2", Number(end.X)),
                    ("y2", Number(end.Y)), ("stroke", "#b0b0b0"), ("stroke-width", "0.8"));
            }
        }

        for (var i = 0; i < recordings.Count; i++)
        {
            Point(svg, places[i].X, places[i].Y, recordings[i].Voice, Printable(recordings[i].File));
        }

        for (var i = 0; i < recordings.Count; i++)
        {
            if (labels[i].Box is { } box)
            {
                Text(svg, box.Left, box.Bottom - (FontSize * 0.25), labels[i].Text,
                    ("fill", Colour(recordings[i].Voice)));
            }
        }

        Legend(svg, recordings, voices);
        svg.WriteEndElement();
    }

    /// <summary>One scale for both axes, so that distances are true, and the middle in the middle.</summary>
    private static (double X, double Y)[] OnThePage(IReadOnlyList<(double X, double Y)> places)
    {
        if (places.Count == 0)
        {
            return [];
        }

        var (left, right) = (places.Min(place => place.X), places.Max(place => place.X));
        var (low, high) = (places.Min(place => place.Y), places.Max(place => place.Y));
        var (width, height) = (Width - LegendWidth - (4 * Side), Height - Top - Bottom - (2 * Side));
        var scale = Math.Min(width / Math.Max(right - left, 1e-9), height / Math.Max(high - low, 1e-9));
        // Recordings that are all but the same stay together.
        scale = Math.Min(scale, width / 0.05);
        var (x, y) = ((2 * Side) + (width / 2), Top + Side + (height / 2));
        return
        [
            .. places.Select(place => (
                x + (scale * (place.X - ((left + right) / 2))), y - (scale * (place.Y - ((low + high) / 2))))),
        ];
    }

    /// <summary>The files' names, with their folders where two are alike otherwise; the ends of long ones.</summary>
    private static IEnumerable<string> Names(IReadOnlyList<MappedRecording> recordings)
    {
        var alike = recordings.GroupBy(recording => Path.GetFileName(recording.File), StringComparer.Ordinal)
            .Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        return recordings.Select(recording => Path.GetFileName(recording.File))
            .Zip(recordings, (name, recording) => alike.Contains(name) ? recording.File : name)
            .Select(name => Shortened(Printable(name)));
    }

    private static string Shortened(string name)
    {
        var length = new StringInfo(name).LengthInTextElements;
        return length <= LongestLabel
            ? name
            : "…" + new StringInfo(name).SubstringByTextElements(length - LongestLabel + 1);
    }

    private static void Legend(XmlWriter svg, IReadOnlyList<MappedRecording> recordings, int voices)
    {
        var sizes = recordings.CountBy(recording => recording.Voice).ToDictionary();
        var (x, y) = (Width - LegendWidth + 10, Top + 10);
        var shown = voices <= MostLegendLines ? voices : MostLegendLines - 1;
        for (var voice = 1; voice <= shown; voice++, y += LineHeight)
        {
            Point(svg, x, y, voice, null);
            Text(svg, x + 14, y + 4, $"voice {voice}: {Plural.Of(sizes[voice], "recording")}", ("fill", "#1a1a1a"));
        }

        if (shown < voices)
        {
            Text(svg, x + 14, y + 4, $"and {Plural.Of(voices - shown, "more voice")}", ("fill", "#1a1a1a"));
        }
    }

    private static void Point(XmlWriter svg, double x, double y, int voice, string? tooltip)
    {
        // A shape for each round of the colours.
        var shape = Shapes[(voice - 1) / Colours.Length % Shapes.Length];
        svg.WriteStartElement(shape.Length == 0 ? "circle" : "path");
        Attributes(svg, shape.Length == 0
            ? [("cx", Number(x)), ("cy", Number(y)), ("r", Number(Radius))]
            : [("d", shape), ("transform", $"translate({Number(x)} {Number(y)}) scale({Number(Radius)})")]);
        Attributes(svg, ("fill", Colour(voice)), ("fill-opacity", "0.8"));
        if (tooltip is not null)
        {
            svg.WriteElementString("title", $"{tooltip}, voice {voice}");
        }

        svg.WriteEndElement();
    }

    private static string Colour(int voice) => Colours[(voice - 1) % Colours.Length];

    private static void Text(
        XmlWriter svg, double x, double y, string text, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        svg.WriteStartElement("text");
        Attributes(svg, ("x", Number(x)), ("y", Number(y)));
        Attributes(svg, attributes);
        svg.WriteString(text);
        svg.WriteEndElement();
    }

    private static void Element(
        XmlWriter svg, string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        svg.WriteStartElement(name);
        Attributes(svg, attributes);
        svg.WriteEndElement();
    }

    private static void Attributes(XmlWriter svg, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        foreach (var (name, value) in attributes)
        {
            svg.WriteAttributeString(name, value);
        }
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A name of a file may hold what XML may not, and line ends.</summary>
    private static string Printable(string text) => string.Concat(text.EnumerateRunes().Select(
        rune => Rune.IsControl(rune) || rune.Value is 0xFFFE or 0xFFFF ? "\uFFFD" : rune.ToString()));
}
