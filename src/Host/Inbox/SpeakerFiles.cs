using Speaker.CommandLine.Options;
using Speaker.Enrolment;

namespace Speaker.Host.Inbox;

/// <summary>The recordings of a speaker that came through the inbox: the folders of that name among the processed files and
/// the refused ones.</summary>
internal static class SpeakerFiles
{
    /// <summary>Deletes them.</summary>
    /// <param name="options">Where they are.</param>
    /// <param name="speaker">Normalised.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="IOException">One cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">As for <see cref="IOException"/>.</exception>
    public static int Delete(InboxOptions options, string speaker)
    {
        var count = 0;
        foreach (var root in (string[])[options.ProcessedDirectory, options.RefusedDirectory])
        {
            if (!Directory.Exists(root))
            {
                continue;
            }

            foreach (var folder in Directory.GetDirectories(root))
            {
                if (SpeakerName.Normalise(Path.GetFileName(folder)) == speaker)
                {
                    count += Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Count();
                    Directory.Delete(folder, recursive: true);
                }
            }
        }

        return count;
    }
}
