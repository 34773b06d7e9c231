using Speaker.CommandLine;
using System.Text.Json;
using Speaker.CommandLine.Options;
using Speaker.Host.Cli;

namespace Speaker.Host.Inbox;

/// <summary>A file that waits in the inbox.</summary>
internal sealed record InboxFile(string Speaker, string Path)
{
    public string Name => System.IO.Path.GetFileName(Path);
}

/// <summary>The three folders of the service, each DIRECTORY/speaker/file, and the moves between them.</summary>
internal sealed class InboxFolders
{
    private readonly TimeProvider _time;

    public InboxFolders(InboxOptions options, TimeProvider time)
    {
        _time = time;
        Inbox = Path.GetFullPath(options.Directory);
        Processed = Path.GetFullPath(options.ProcessedDirectory);
        Refused = Path.GetFullPath(options.RefusedDirectory);
    }

    public string Inbox { get; }

    public string Processed { get; }

    public string Refused { get; }

    public void Create()
    {
        foreach (var folder in (string[])[Inbox, Processed, Refused])
        {
            Directory.CreateDirectory(folder);
        }
    }

    /// <summary>Every waiting file, oldest name first; hidden files are some program's temporary ones and are left
    /// alone.</summary>
    public IReadOnlyList<InboxFile> Waiting() =>
    [
        .. from speaker in Directory.EnumerateDirectories(Inbox).Order(StringComparer.Ordinal)
           let name = Path.GetFileName(speaker)
           where !name.StartsWith('.')
           from file in Directory.EnumerateFiles(speaker).Order(StringComparer.Ordinal)
           where !Path.GetFileName(file).StartsWith('.')
           select new InboxFile(name, file),
    ];

    /// <returns>Where the file is now.</returns>
    public string MoveToProcessed(InboxFile file) => Move(file, Processed);

    /// <summary>Writes the reason first: no refused file is ever there without one.</summary>
    /// <returns>Where the file is now.</returns>
    public string MoveToRefused(InboxFile file, string reason, double speechSeconds)
    {
        var target = FreePath(Refused, file);
        var json = new ReasonJson(file.Name, file.Speaker, reason, speechSeconds, _time.GetUtcNow());
        var note = target + ".reason.json";
        File.WriteAllText(note + ".tmp", JsonSerializer.Serialize(json, JsonContracts.Output.ReasonJson) + "\n");
        File.Move(note + ".tmp", note, overwrite: true);
        File.Move(file.Path, target);
        return target;
    }

    private static string Move(InboxFile file, string root)
    {
        var target = FreePath(root, file);
        File.Move(file.Path, target);
        return target;
    }

    /// <summary>The file's name, or name-2, name-3… where an earlier file of that name already is.</summary>
    private static string FreePath(string root, InboxFile file)
    {
        var folder = Path.Combine(root, file.Speaker);
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, file.Name);
        for (var number = 2; File.Exists(path); number++)
        {
            path = Path.Combine(
                folder, $"{Path.GetFileNameWithoutExtension(file.Name)}-{number}{Path.GetExtension(file.Name)}");
        }

        return path;
    }
}
