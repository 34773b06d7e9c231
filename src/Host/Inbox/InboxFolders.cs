using System.Text;
using System.Text.Json;
using Speaker.Audio;
using Speaker.Audio.Files.Opening;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;

namespace Speaker.Host.Inbox;

/// <summary>
/// The three folders of the service, each DIRECTORY/speaker/file, and the moves between them. A move renames; to
/// another file system it copies and then deletes, and a copy that is there already is not made again.
/// </summary>
internal sealed class InboxFolders
{
    private const string NoteEnding = ".reason.json";

    /// <summary>Bytes of UTF-8 that a name may have on nearly every file system.</summary>
    private const int LongestName = 255;

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

    /// <summary>Moves a file that was judged to where it belongs; with a refused one the reason, which is written
    /// first: no refused file is ever there without one.</summary>
    /// <param name="file">The file.</param>
    /// <param name="claim">On its folder.</param>
    /// <param name="state">Its judgement; notes a copy whose original could not be deleted.</param>
    /// <exception cref="IOException">It cannot be moved; what was done can be done again.</exception>
    /// <exception cref="UnauthorizedAccessException">As for <see cref="IOException"/>.</exception>
    public void Move(InboxFile file, FolderClaim claim, WaitingFile state)
    {
        if (state.CopiedTo is not null)
        {
            claim.Delete(file.Name);
            return;
        }

        var refused = state.Judgement as Judgement.Refused;
        var folder = Path.Combine(refused is null ? Processed : Refused, file.Speaker!);
        Directory.CreateDirectory(folder);
        string target;
        for (var number = 1;; number++)
        {
            target = Path.Combine(folder, Name(file.Name, number, refused is null ? 0 : NoteEnding.Length));
            if (IsFree(target))
            {
                break;
            }

            if (IsCopyOf(file, target))
            {
                // Of an earlier try.
                state.CopiedTo = target;
                break;
            }
        }

        if (refused is not null)
        {
            WriteNote(target + NoteEnding, new ReasonJson(
                file.Name, file.Speaker!, refused.Reason, refused.SpeechSeconds, _time.GetUtcNow()));
        }

        if (state.CopiedTo is null)
        {
            if (claim.TryMove(file.Name, target))
            {
                return;
            }

            Copy(file, target);
            state.CopiedTo = target;
        }

        claim.Delete(file.Name);
    }

    /// <summary>A file's name; from the second number on with the number, and shortened where that or what is still to
    /// be added makes it too long.</summary>
    private static string Name(string name, int number, int added)
    {
        var ending = Path.GetExtension(name);
        var stem = name[..^ending.Length];
        var suffix = number == 1 ? "" : $"-{number}";
        var room = LongestName - added - suffix.Length;
        if (Encoding.UTF8.GetByteCount(name) <= room)
        {
            return $"{stem}{suffix}{ending}";
        }

        if (Encoding.UTF8.GetByteCount(ending) > room / 2)
        {
            // What follows the last dot is no ending.
            (stem, ending) = (name, "");
        }

        room -= Encoding.UTF8.GetByteCount(ending) + 1;
        var length = 0;
        foreach (var rune in stem.EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return $"{stem[..length]}~{suffix}{ending}";
    }

    /// <summary>Whether neither a file is there nor, under the name of its reason, another refused file.</summary>
    private static bool IsFree(string target) =>
        !Path.Exists(target) && !Path.Exists(target + NoteEnding + NoteEnding);

    private static bool IsCopyOf(InboxFile file, string target)
    {
        var existing = new FileInfo(target);
        if (!existing.Exists || existing.Length != file.Stamp.Length)
        {
            return false;
        }

        using var one = new BufferedStream(Open(file), 1 << 16);
        using var other = new BufferedStream(existing.OpenRead(), 1 << 16);
        int value;
        do
        {
            value = one.ReadByte();
            if (value != other.ReadByte())
            {
                return false;
            }
        }
        while (value >= 0);

        return true;
    }

    private static void WriteNote(string path, ReasonJson reason)
    {
        var unfinished = Path.Combine(Path.GetDirectoryName(path)!, ".reason");
        using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(stream, reason, JsonContracts.Output.ReasonJson);
            stream.WriteByte((byte)'\n');
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>All of the file or nothing, also if the process dies: under a name that no file has until it is
    /// complete.</summary>
    private static void Copy(InboxFile file, string target)
    {
        var unfinished = Path.Combine(Path.GetDirectoryName(target)!, ".copy");
        using (var source = Open(file))
        using (var copy = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            source.CopyTo(copy);
            copy.Flush(flushToDisk: true);
        }

        File.SetLastWriteTimeUtc(unfinished, file.Stamp.Written);
        File.Move(unfinished, target);
    }

    private static FileStream Open(InboxFile file)
    {
        try
        {
            return RegularFile.OpenBelow(file.Root, file.RelativePath);
        }
        catch (AudioException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }
}
