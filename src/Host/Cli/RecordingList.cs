using System.CommandLine;
using Speaker.CommandLine;

namespace Speaker.Host.Cli;

/// <summary>One trial of a list: a claimed speaker, and the recording that claims to be them.</summary>
internal readonly record struct Claim(string Speaker, string File);

/// <summary>Lists of recordings and of trials, as text files.</summary>
internal static class RecordingList
{
    private static readonly char[] Blanks = [' ', '\t'];

    /// <summary>--list, for the verbs that take many recordings.</summary>
    public static Option<string?> Option() => new("--list")
    {
        Description = "A text file that names a recording a line, relative to the current folder, after those given " +
            "as FILE. Default: none.",
        HelpName = "LIST",
    };

    /// <summary>The recordings of a command line.</summary>
    /// <param name="files">Given as arguments.</param>
    /// <param name="list">A list of more; null for none.</param>
    /// <exception cref="UsageException">There is none.</exception>
    /// <exception cref="IOException">The list cannot be read.</exception>
    public static string[] Recordings(IEnumerable<string> files, string? list)
    {
        string[] all = [.. files, .. list is null ? [] : Lines(list).Select(line => line.Text)];
        return all.Length > 0
            ? all
            : throw new UsageException(
                list is null ? "no recording is given: name a FILE or a --list" : $"{list} names no recording");
    }

    /// <summary>
    /// Trials, one a line: <c>speaker file</c>, or <c>label speaker file</c> with the label 1 or 0 of lists for
    /// <c>eval</c>, which is passed over. Fields are separated by tabs where a line holds one, so that names may hold
    /// blanks.
    /// </summary>
    /// <exception cref="UsageException">A line that is no trial, or there is none.</exception>
    /// <exception cref="IOException">The list cannot be read.</exception>
    public static IReadOnlyList<Claim> Trials(string list)
    {
        var trials = new List<Claim>();
        foreach (var (number, text) in Lines(list))
        {
            var fields = text.Contains('\t', StringComparison.Ordinal)
                ? text.Split('\t', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                : text.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            trials.Add(fields switch
            {
                [var speaker, var file] => new Claim(speaker, file),
                ["0" or "1", var speaker, var file] => new Claim(speaker, file),
                _ => throw new UsageException(
                    $"{list}, line {number}: '{text}' is no trial; write 'speaker file' or 'label speaker file' with " +
                    "label 0 or 1, and tabs between them where a name holds blanks"),
            });
        }

        return trials.Count > 0 ? trials : throw new UsageException($"{list} holds no trial");
    }

    private static IEnumerable<(int Number, string Text)> Lines(string path) => File.ReadLines(path)
        .Select((line, index) => (index + 1, line.Trim()))
        .Where(line => line.Item2.Length > 0);
}
