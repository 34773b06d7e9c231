using System.Globalization;
using System.Text;
using Speaker.Models;

namespace Speaker.Host.Labels;

/// <summary>A diarised segment with what came of it.</summary>
/// <param name="Segment">As it was read.</param>
/// <param name="Speaker">Who was recognised; null where nobody was.</param>
internal sealed record NamedSegment(DiarisedSegment Segment, string? Speaker);

/// <summary>
/// Segments as RTTM (Rich Transcription Time Marked, NIST, 2009), which <see cref="SegmentFile"/> reads back. Its fields end
/// at blanks and it knows no quotes or escapes, so that a blank in a name becomes an underscore; where two would then have
/// one name, the later one gets a number.
/// </summary>
internal static class RttmWriter
{
    private const string None = "<NA>";

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="recording">What the segments are of; the second field is its name without folder and ending.</param>
    /// <param name="segments">Those of an unknown voice keep the label that they had.</param>
    /// <exception cref="ModelException">It cannot be written.</exception>
    public static void Save(string path, string recording, IReadOnlyList<NamedSegment> segments)
    {
        var text = Text(Path.GetFileNameWithoutExtension(recording), segments);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    internal static string Text(string recording, IReadOnlyList<NamedSegment> segments)
    {
        var words = WordsOf(segments);
        var text = new StringBuilder();
        foreach (var named in segments)
        {
            var (segment, voice) = (named.Segment, VoiceOf(named));
            text.Append(CultureInfo.InvariantCulture,
                $"SPEAKER {Word(recording)} 1 {segment.Start:0.000###} {segment.End - segment.Start:0.000###} {None} {None} ")
                .Append(voice is { } known ? words[known] : None)
                .Append($" {None} {None}\n");
        }

        return text.ToString();
    }

    /// <summary>One word for each voice; people first, for their names are what the file is made for.</summary>
    private static Dictionary<(bool IsKnown, string Name), string> WordsOf(IReadOnlyList<NamedSegment> segments)
    {
        var words = new Dictionary<(bool, string), string>();
        var taken = new HashSet<string>(StringComparer.Ordinal) { None };
        foreach (var voice in segments.Select(VoiceOf).OfType<(bool IsKnown, string Name)>().Distinct()
            .OrderByDescending(voice => voice.IsKnown))
        {
            var word = Word(voice.Name);
            for (var number = 2; !taken.Add(word); number++)
            {
                word = $"{Word(voice.Name)}_{number}";
            }

            words.Add(voice, word);
        }

        return words;
    }

    private static (bool IsKnown, string Name)? VoiceOf(NamedSegment named) =>
        named.Speaker is { } speaker ? (true, speaker)
        : named.Segment.Label is { Length: > 0 } label ? (false, label)
        : null;

    private static string Word(string name)
    {
        var word = string.Concat(name.Select(
            character => char.IsWhiteSpace(character) || char.IsControl(character) ? '_' : character));
        return word.Length > 0 ? word : None;
    }
}
