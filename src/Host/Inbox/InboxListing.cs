using System.IO.Enumeration;

namespace Speaker.Host.Inbox;

/// <summary>Looks through the inbox. What cannot be looked at is passed over with the reason and hides nothing
/// else.</summary>
/// <param name="root">The inbox.</param>
/// <param name="others">Folders of the service itself, should they lie in the inbox.</param>
internal sealed class InboxListing(string root, IReadOnlyList<string> others)
{
    /// <summary>.NET shows bytes that are not UTF-8 as this, and finds no file by the name that it shows.</summary>
    private const char Replacement = '\uFFFD';

    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
    };

    /// <summary>Everything in the inbox, in order of the names.</summary>
    /// <exception cref="IOException">The inbox itself is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public IReadOnlyList<InboxFile> Read()
    {
        var found = new List<InboxFile>();
        foreach (var (name, isFolder) in Names(root))
        {
            var path = Path.Combine(root, name);
            if (others.Contains(path))
            {
                continue;
            }

            if (Obstacle(path, name) is { } obstacle)
            {
                found.Add(PassedOver(null, name, obstacle));
            }
            else if (isFolder)
            {
                AddFolder(found, name);
            }
            else
            {
                found.Add(PassedOver(
                    null, name, "lies directly in the inbox; put it into a folder with the speaker's name"));
            }
        }

        return found;
    }

    /// <summary>Looks at one file again; null if it is gone.</summary>
    public static FileStamp? Look(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc) : null;
    }

    private void AddFolder(List<InboxFile> found, string speaker)
    {
        List<(string Name, bool IsFolder)> names;
        try
        {
            names = Names(Path.Combine(root, speaker));
        }
        catch (DirectoryNotFoundException)
        {
            // Removed since.
            return;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            found.Add(PassedOver(null, speaker, $"cannot be listed ({exception.Message})"));
            return;
        }

        foreach (var (name, isFolder) in names)
        {
            var path = Path.Combine(root, speaker, name);
            try
            {
                if (Obstacle(path, name) is { } obstacle)
                {
                    found.Add(PassedOver(speaker, name, obstacle));
                }
                else if (isFolder)
                {
                    found.Add(PassedOver(
                        speaker, name, "is a folder in a speaker's folder; put its files directly into that one"));
                }
                else if (UnixFolder.IsSpecial(path))
                {
                    found.Add(PassedOver(speaker, name, "is a pipe, a socket or a device, not a file"));
                }
                else if (Look(path) is { } stamp)
                {
                    found.Add(new InboxFile(root, speaker, name, null, stamp));
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                found.Add(PassedOver(speaker, name, $"cannot be looked at ({exception.Message})"));
            }
        }
    }

    private InboxFile PassedOver(string? speaker, string name, string obstacle) =>
        new(root, speaker, name, obstacle, default);

    /// <summary>What keeps anything, file or folder, from being taken.</summary>
    private static string? Obstacle(string path, string name)
    {
        if (name.StartsWith('.'))
        {
            return "has a name that begins with a dot, as a file that is still being written; rename it";
        }

        var info = new FileInfo(path);
        if (name.Contains(Replacement, StringComparison.Ordinal) && !info.Exists && !Directory.Exists(path))
        {
            return "has a name that is not UTF-8; rename it";
        }

        return info.LinkTarget is null ? null : "is a symbolic link; put the file itself in its place";
    }

    private static List<(string Name, bool IsFolder)> Names(string folder)
    {
        var names = new FileSystemEnumerable<(string Name, bool IsFolder)>(
            folder, (ref FileSystemEntry entry) => (entry.FileName.ToString(), entry.IsDirectory), Everything).ToList();
        names.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        return names;
    }
}
