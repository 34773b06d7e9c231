using nietras.SeparatedValues;
using Speaker.Audio.Validation;
using Speaker.Enrolment;

namespace Speaker.Corpora;

/// <summary>
/// <c>manifest.csv</c>: comma separated, quoted where needed, columns found by the names in the first line in any
/// order. <c>path</c> (relative to the manifest) and, of labelled recordings, <c>speaker</c> are required;
/// <c>session</c>, <c>split</c> (train, dev, test), <c>corpus</c> and <c>seconds</c> may be there; others are passed over.
/// </summary>
internal static class CorpusManifest
{
    /// <param name="manifest">The file.</param>
    /// <param name="labelled">Whether every recording has a speaker; otherwise none gets one.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static (List<CorpusUtterance> Utterances, bool Divided, CorpusRemainder Remainder) Read(
        string manifest, bool labelled, CancellationToken cancellationToken)
    {
        var root = Path.GetDirectoryName(manifest)!;
        var name = Path.GetFileName(root);
        var utterances = new List<CorpusUtterance>();
        var known = new Dictionary<object, (int Line, string Speaker)>();
        var repeated = 0;
        using var rows = Open(manifest);
        var columns = rows.Header;
        foreach (var required in labelled ? (string[])["path", "speaker"] : ["path"])
        {
            if (!columns.TryIndexOf(required, out _))
            {
                throw Error(manifest, 1, $"there is no column '{required}'; the first line names the columns");
            }
        }

        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsBlank(row))
            {
                continue;
            }

            var number = row.LineNumberFrom;
            if (row.ColCount != columns.ColNames.Count)
            {
                throw Error(
                    manifest, number, row.LineNumberToExcl - number > 1
                        ? "a quoted field is not closed"
                        : $"{Plural.Of(row.ColCount, "field")} where the first line names {columns.ColNames.Count}");
            }

            var relative = Field(columns, row, "path")!;
            var path = Path.GetFullPath(Path.Combine(root, relative));
            if (relative.Length == 0 || !File.Exists(path))
            {
                throw Error(manifest, number, $"there is no file '{relative}'; paths are relative to the manifest");
            }

            var speaker = labelled ? SpeakerName.Normalise(Field(columns, row, "speaker")!) : "";
            if (labelled && speaker.Length == 0)
            {
                throw Error(manifest, number, "the speaker is empty");
            }

            var corpus = Field(columns, row, "corpus");
            if (!known.TryAdd(RecordingTree.Identity(path), (number, speaker)))
            {
                var (line, other) = known[RecordingTree.Identity(path)];
                repeated += other == speaker
                    ? 1
                    : throw Error(
                        manifest, number, $"'{relative}' is the recording of line {line}, where the speaker is '{other}'");
                continue;
            }

            utterances.Add(new CorpusUtterance(
                path,
                speaker,
                string.IsNullOrEmpty(corpus) ? name : corpus,
                ParseSplit(manifest, number, Field(columns, row, "split")),
                Field(columns, row, "session") ?? "",
                ParseSeconds(manifest, number, Field(columns, row, "seconds"))));
        }

        return (
            utterances, columns.TryIndexOf("split", out _),
            new CorpusRemainder([], new Dictionary<string, int>(), repeated, 0));
    }

    /// <summary>Full path of the recording of each row, in their order, whatever the row is of and however often the
    /// recording is there.</summary>
    /// <param name="manifest">The file, which <see cref="Read"/> has read.</param>
    public static IReadOnlyList<string> Recordings(string manifest)
    {
        var root = Path.GetDirectoryName(manifest)!;
        var recordings = new List<string>();
        using var rows = Open(manifest);
        foreach (var row in rows)
        {
            if (!IsBlank(row))
            {
                recordings.Add(Path.GetFullPath(Path.Combine(root, Field(rows.Header, row, "path")!)));
            }
        }

        return recordings;
    }

    private static bool IsBlank(SepReader.Row row) => row.ColCount == 1 && row[0].Span.IsWhiteSpace();

    private static SepReader Open(string manifest)
    {
        try
        {
            return Sep.New(',').Reader(options => options with
            {
                Unescape = true, DisableColCountCheck = true, ColNameComparer = StringComparer.OrdinalIgnoreCase,
            }).FromFile(manifest);
        }
        catch (ArgumentException e)
        {
            throw new ModelException($"{manifest}, line 1: a column is there twice ({e.Message}).", e);
        }
    }

    private static string? Field(SepReaderHeader columns, SepReader.Row row, string column) =>
        columns.TryIndexOf(column, out var index) ? row[index].ToString() : null;

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

        return StrictNumber.Real(text) is >= 0 and var seconds
            ? seconds
            : throw Error(manifest, number, $"seconds is '{text}'; it must be a number of seconds, 0 or more");
    }

    private static ModelException Error(string manifest, int number, string what) =>
        new($"{manifest}, line {number}: {what}.");
}
