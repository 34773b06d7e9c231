using Speaker.Audio.Files.Opening;

namespace Speaker.Corpora;

/// <summary>
/// The recordings below a folder, each once whatever leads to it: hard links, links to files and to folders, and links
/// that lead back to where they lie. What lies in the folder itself comes before what links lead to, so that a recording
/// is found under its own speaker. Hidden files and folders are other programs'.
/// </summary>
internal sealed class RecordingTree
{
    /// <summary>What ffmpeg reads where it is installed, besides what is decoded here; anything else (text, licences) is
    /// passed over.</summary>
    private static readonly HashSet<string> Endings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".aifc", ".au", ".snd", ".caf", ".w64",
        ".rf64", ".bw64", ".sph", ".m4a", ".mp4", ".3gp", ".webm", ".mka", ".aac", ".amr", ".wma", ".wv", ".ape",
    };

    private readonly HashSet<object> _files = [];
    private readonly HashSet<object> _folders = [];
    /// <summary>Those nearest to the root come first: a link there stands for a speaker's folder.</summary>
    private readonly PriorityQueue<FileSystemInfo, (int Depth, string Path)> _links = new(
        Comparer<(int Depth, string Path)>.Create((one, other) => one.Depth != other.Depth
            ? one.Depth.CompareTo(other.Depth)
            : string.CompareOrdinal(one.Path, other.Path)));

    private readonly List<string> _recordings = [];
    private readonly List<SkippedUtterance> _skipped = [];
    private readonly SortedDictionary<string, int> _passedOver = new(StringComparer.Ordinal);

    private RecordingTree()
    {
    }

    /// <summary>Full paths below the folder, in ordinal order.</summary>
    public IReadOnlyList<string> Recordings => _recordings;

    /// <summary>Links to nothing, and folders that may not be listed.</summary>
    public IReadOnlyList<SkippedUtterance> Skipped => _skipped;

    /// <summary>Files that are no recordings by their ending, in small letters; "" for those without one.</summary>
    public IReadOnlyDictionary<string, int> PassedOver => _passedOver;

    /// <summary>Further paths to recordings and folders that are there already.</summary>
    public int Repeated { get; private set; }

    /// <summary>Whether the file's ending is one of a recording's.</summary>
    public static bool IsRecording(string path) => Endings.Contains(Path.GetExtension(path));

    /// <summary>Looks through a folder.</summary>
    /// <param name="root">Full path.</param>
    /// <param name="cancellationToken">Stops the looking.</param>
    public static RecordingTree Of(string root, CancellationToken cancellationToken)
    {
        var tree = new RecordingTree();
        // A link to what holds the folder would add all that lies around it.
        for (var above = Directory.GetParent(Resolved(root)); above is not null; above = above.Parent)
        {
            tree._folders.Add(Identity(above.FullName));
        }

        tree.Look(root, cancellationToken);
        while (tree._links.TryDequeue(out var link, out _))
        {
            tree.Follow(link, cancellationToken);
        }

        tree._recordings.Sort(StringComparer.Ordinal);
        return tree;
    }

    /// <summary>The same for every path that leads to a file.</summary>
    public static object Identity(string path) =>
        !OperatingSystem.IsWindows() && UnixFile.IdentityOf(path) is { } identity ? identity : Resolved(path);

    private static string Resolved(string path)
    {
        try
        {
            return new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
        }
        catch (IOException)
        {
            return path;
        }
    }

    private void Look(string folder, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_folders.Add(Identity(folder)))
        {
            Repeated++;
            return;
        }

        FileSystemInfo[] entries;
        try
        {
            entries = [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _skipped.Add(new SkippedUtterance(folder, $"the folder cannot be listed ({exception.Message})"));
            return;
        }

        foreach (var entry in entries.Where(entry => !entry.Name.StartsWith('.')))
        {
            if (entry.LinkTarget is not null)
            {
                _links.Enqueue(entry, (entry.FullName.Count(Path.DirectorySeparatorChar.Equals), entry.FullName));
            }
            else if (entry is DirectoryInfo)
            {
                Look(entry.FullName, cancellationToken);
            }
            else
            {
                Add(entry.FullName);
            }
        }
    }

    private void Follow(FileSystemInfo link, CancellationToken cancellationToken)
    {
        if (Directory.Exists(link.FullName))
        {
            Look(link.FullName, cancellationToken);
        }
        else if (!IsRecording(link.FullName) || File.Exists(Resolved(link.FullName)))
        {
            Add(link.FullName);
        }
        else
        {
            _skipped.Add(new SkippedUtterance(link.FullName, $"is a link to {link.LinkTarget}, which is not there"));
        }
    }

    private void Add(string file)
    {
        if (!IsRecording(file))
        {
            var ending = Path.GetExtension(file).ToLowerInvariant();
            _passedOver[ending] = _passedOver.GetValueOrDefault(ending) + 1;
        }
        else if (_files.Add(Identity(file)))
        {
            _recordings.Add(file);
        }
        else
        {
            Repeated++;
        }
    }
}
