using Speaker.CommandLine;

namespace Speaker.Host.Demo;

/// <summary>One volunteer's clips, in an order that mixes letters and syllables.</summary>
internal sealed record KlettresVoice(string Language, IReadOnlyList<string> Clips);

/// <summary>
/// The recordings of Debian's klettres-data package: letters and syllables of about a second, spoken by one volunteer
/// for each language.
/// </summary>
internal static class KlettresRecordings
{
    public const string Folder = "/usr/share/klettres";

    /// <summary>By the names of the folders; the runtime knows none of them without libicu.</summary>
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["ar"] = "Arabic",
        ["cs"] = "Czech",
        ["da"] = "Danish",
        ["de"] = "German",
        ["en"] = "English",
        ["en_GB"] = "British English",
        ["es"] = "Spanish",
        ["fr"] = "French",
        ["he"] = "Hebrew",
        ["hu"] = "Hungarian",
        ["id"] = "Indonesian",
        ["it"] = "Italian",
        ["lt"] = "Lithuanian",
        ["ml"] = "Malayalam",
        ["nb"] = "Norwegian",
        ["nds"] = "Low German",
        ["nl"] = "Dutch",
        ["nn"] = "Norwegian Nynorsk",
        ["pt_BR"] = "Brazilian Portuguese",
        ["ru"] = "Russian",
        ["tn"] = "Tswana",
        ["uk"] = "Ukrainian",
    };

    public static bool Exist() => Directory.Exists(Folder)
        && Directory.EnumerateFiles(Folder, "*.ogg", SearchOption.AllDirectories).Any();

    /// <summary>In English; the code itself for one that is not known.</summary>
    public static string NameOf(string language) => Names.GetValueOrDefault(language, language);

    /// <summary>The languages with at least so many clips, by name.</summary>
    /// <exception cref="UsageException">The package is not installed.</exception>
    public static IReadOnlyList<KlettresVoice> Voices(int minimumClips)
    {
        if (!Exist())
        {
            throw new UsageException(
                $"the demo's recordings are not in {Folder}: install them with 'apt-get install klettres-data'");
        }

        return
        [
            .. from folder in Directory.EnumerateDirectories(Folder).Order(StringComparer.Ordinal)
               let clips = Directory.GetFiles(folder, "*.ogg", SearchOption.AllDirectories)
               where clips.Length >= minimumClips
               select new KlettresVoice(Path.GetFileName(folder), Spread(clips)),
        ];
    }

    /// <summary>
    /// Sorted, then taken in long strides, so that neighbours in the result are far apart in the list and every
    /// utterance made of a few of them has letters and syllables in it; the same on every machine.
    /// </summary>
    private static string[] Spread(string[] clips)
    {
        Array.Sort(clips, StringComparer.Ordinal);
        var stride = Math.Max(1, (int)(clips.Length * 0.382));
        while (GreatestCommonDivisor(stride, clips.Length) != 1)
        {
            stride++;
        }

        return [.. Enumerable.Range(0, clips.Length).Select(i => clips[(int)((long)i * stride % clips.Length)])];
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
