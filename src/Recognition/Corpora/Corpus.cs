using Speaker.Enrolment;
using Speaker.Numerics;

namespace Speaker.Corpora;

/// <summary>
/// The recordings under a folder: <c>DIR/&lt;speaker&gt;/**/&lt;utterance&gt;</c>, or what <c>DIR/manifest.csv</c>
/// lists. Speakers, not utterances, are divided between training and development, so nobody is on both sides.
/// </summary>
internal sealed class Corpus
{
    public const string ManifestName = "manifest.csv";

    private Corpus(string directory, IReadOnlyList<CorpusUtterance> utterances, CorpusRemainder remainder)
    {
        Directory = directory;
        Utterances = utterances;
        Remainder = remainder;
    }

    public string Directory { get; }

    public IReadOnlyList<CorpusUtterance> Utterances { get; }

    /// <summary>What is in the folder and no utterance.</summary>
    public CorpusRemainder Remainder { get; }

    /// <summary>The utterances of one split, in the corpus's order.</summary>
    public IReadOnlyList<CorpusUtterance> Of(CorpusSplit split) => [.. Utterances.Where(u => u.Split == split)];

    /// <summary>Reads the folder's manifest where it has one, else walks the folders.</summary>
    /// <exception cref="ModelException">
    /// No such folder, nothing in it, or a manifest line that names a missing file, lacks a field or has an unknown
    /// split; the message gives the file and line.
    /// </exception>
    public static Corpus Load(
        string directory, CorpusOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new CorpusOptions();
        options.Validate();
        var root = Path.GetFullPath(directory);
        if (!System.IO.Directory.Exists(root))
        {
            throw new ModelException(
                $"There is no folder {directory}. A corpus is a folder with one folder a speaker, recordings inside.");
        }

        var manifest = Path.Combine(root, ManifestName);
        var (utterances, divided, remainder) = File.Exists(manifest)
            ? CorpusManifest.Read(manifest, labelled: true, cancellationToken)
            : Walk(root, cancellationToken);
        if (utterances.Count == 0)
        {
            throw new ModelException(
                $"{directory} holds no recordings. Lay them out as {directory}/<speaker>/<utterance>.wav (or .flac, "
                + ".ogg, "
                + $".mp3, ...), or list them in {ManifestName}.");
        }

        return new Corpus(root, divided ? utterances : HoldOut(utterances, options.DevFraction), remainder);
    }

    /// <summary>
    /// The recordings under a folder, or what its manifest lists, of speakers that nobody has named: for learning from a
    /// teacher only.
    /// </summary>
    /// <returns>Utterances of <see cref="CorpusSplit.Train"/> without a speaker.</returns>
    /// <exception cref="ModelException">No such folder, nothing in it, or a manifest line that names a missing
    /// file.</exception>
    public static IReadOnlyList<CorpusUtterance> LoadUnlabelled(
        string directory, CancellationToken cancellationToken = default)
    {
        var root = Path.GetFullPath(directory);
        if (!System.IO.Directory.Exists(root))
        {
            throw new ModelException($"There is no folder {directory} of recordings without speakers.");
        }

        var manifest = Path.Combine(root, ManifestName);
        var name = Path.GetFileName(root.TrimEnd(Path.DirectorySeparatorChar));
        List<CorpusUtterance> utterances = File.Exists(manifest)
            ? CorpusManifest.Read(manifest, labelled: false, cancellationToken).Utterances
            : [.. RecordingTree.Of(root, cancellationToken).Recordings
                .Select(file => new CorpusUtterance(file, "", name, CorpusSplit.Train, "", null))];
        return utterances.Count > 0
            ? utterances
            : throw new ModelException($"{directory} holds no recordings.");
    }

    private static (List<CorpusUtterance> Utterances, bool Divided, CorpusRemainder Remainder) Walk(
        string root, CancellationToken cancellationToken)
    {
        var tree = RecordingTree.Of(root, cancellationToken);
        var name = Path.GetFileName(root.TrimEnd(Path.DirectorySeparatorChar));
        // Of no speaker: they lie beside the folders.
        var loose = tree.Recordings.Where(file => Path.GetDirectoryName(Path.GetRelativePath(root, file)) == "").ToArray();
        var utterances = tree.Recordings.Except(loose).Select(file =>
        {
            var folders = Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Split(Path.DirectorySeparatorChar);
            return new CorpusUtterance(
                file, SpeakerName.Normalise(folders[0]), name, CorpusSplit.Train,
                string.Join(Path.DirectorySeparatorChar, folders[1..]), null);
        });
        return (
            [.. utterances.OrderBy(u => Path.GetRelativePath(root, u.Path).Split(Path.DirectorySeparatorChar)[0],
                StringComparer.Ordinal)],
            false,
            new CorpusRemainder(tree.Skipped, tree.PassedOver, tree.Repeated, loose.Length));
    }

    /// <summary>
    /// Holds out, in each corpus, the speakers whose names hash lowest: the same people on every machine and run, and
    /// not the first of the alphabet. At least two where a corpus has six or more, since one speaker makes no impostor
    /// trial.
    /// </summary>
    private static List<CorpusUtterance> HoldOut(List<CorpusUtterance> utterances, double fraction)
    {
        if (fraction == 0)
        {
            return utterances;
        }

        var held = new HashSet<string>(StringComparer.Ordinal);
        foreach (var corpus in utterances.GroupBy(u => u.Corpus, StringComparer.Ordinal))
        {
            var speakers = corpus.Select(u => u.SpeakerKey).Distinct(StringComparer.Ordinal)
                .OrderBy(key => SplitRandom.Key(key)).ToArray();
            var count = (int)Math.Round(fraction * speakers.Length);
            if (count < 2)
            {
                count = speakers.Length >= 6 ? 2 : 0;
            }

            held.UnionWith(speakers.Take(count));
        }

        return [.. utterances.Select(u => held.Contains(u.SpeakerKey) ? u with { Split = CorpusSplit.Dev } : u)];
    }
}
