using System.Globalization;
using System.Text;

namespace Speaker.Corpora;

/// <summary>
/// <c>manifest.csv</c>: comma separated, quoted where needed, columns found by the names in the first line in any
/// order.
/// <c>path</c> (relative to the manifest) and <c>speaker</c> are required; <c>session</c>, <c>split</c> (train, dev,
/// test),
/// <c>corpus</c> and <c>seconds</c> may be there; others are passed over.
/// </summary>
internal static class CorpusManifest
{
    public static (List<CorpusUtterance> Utterances, bool Divided) Read(
        string manifest, CancellationToken cancellationToken)
    {
        var root = Path.GetDirectoryName(manifest)!;
        var name = Path.GetFileName(root);
        var utterances = new List<CorpusUtterance>();
        Dictionary<string, int>? columns = null;
        var fields = new List<string>();
        var number = 0;
        foreach (var line in File.ReadLines(manifest))
        {
            cancellationToken.ThrowIfCancellationRequested();
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (!Split(line, fields))
            {
                throw Error(manifest, number, "a quoted field is not closed");
            }

            if (columns is null)
            {
                columns = Header(manifest, number, fields);
                continue;
            }

            if (fields.Count != columns.Count)
            {
                throw Error(manifest, number, $"{fields.Count} fields where the first line names {columns.Count}");
            }

            string? Field(string column) => columns.TryGetValue(column, out var index) ? fields[index] : null;

            var relative = Field("path")!;
            var path = Path.GetFullPath(Path.Combine(root, relative));
            if (relative.Length == 0 || !File.Exists(path))
            {
                throw Error(manifest, number, $"there is no file '{relative}'; paths are relative to the manifest");
            }

            var speaker = Field("speaker")!;
            if (speaker.Length == 0)
            {
                throw Error(manifest, number, "the speaker is empty");
            }

            var corpus = Field("corpus");
            utterances.Add(new CorpusUtterance(
                path,
                speaker,
                string.IsNullOrEmpty(corpus) ? name : corpus,
                ParseSplit(manifest, number, Field("split")),
                Field("session") ?? "",
                ParseSeconds(manifest, number, Field("seconds"))));
        }

        return (utterances, columns?.ContainsKey("split") ?? false);
    }

    private static Dictionary<string, int> Header(string manifest, int number, List<string> fields)
    {
        var columns = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < fields.Count; i++)
        {
            if (!columns.TryAdd(fields[i].Trim(), i))
            {
                throw Error(manifest, number, $"the column '{fields[i].Trim()}' is there twice");
            }
        }

        foreach (var required in (string[])["path", "speaker"])
        {
            if (!columns.ContainsKey(required))
            {
                throw Error(manifest, number, $"there is no column '{required}'; the first line names the columns");
            }
        }

        return columns;
    }

    private static CorpusSplit ParseSplit(string manifest, int number, string? text) => text?.ToLowerInvariant() switch
    {
        null or "train" => CorpusSplit.Train,
        "dev" => CorpusSplit.Dev,
        "test" => CorpusSplit.Test,
        _ => throw Error(manifest, number, $"the split is '{text}'; it must be train, dev or test"),
    };

    private static double? ParseSeconds(string manifest, int number, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds >= 0
            ? seconds
            : throw Error(manifest, number, $"seconds is '{text}'; it must be a number of seconds, 0 or more");
    }

    private static ModelException Error(string manifest, int number, string what) =>
        new($"{manifest}, line {number}: {what}.");

    /// <summary>
    /// Splits one line as RFC 4180 does (no line breaks inside quotes); false where a quote stays open.
    /// </summary>
    private static bool Split(string line, List<string> fields)
    {
        fields.Clear();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var character = line[i];
            if (quoted)
            {
                if (character != '"')
                {
                    field.Append(character);
                }
                else if (i + 1 < line.Length && line[i + 1] == '"')
                {
                    field.Append('"');
                    i++;
                }
                else
                {
                    quoted = false;
                }
            }
            else if (character == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else if (character == ',')
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(character);
            }
        }

        fields.Add(field.ToString());
        return !quoted;
    }
}
