using System.Text.Json;
using Speaker.Audio.Validation;
using Speaker.CommandLine;

namespace Speaker.Host.Labels;

/// <summary>
/// Segments as diarisation writes them: RTTM (Rich Transcription Time Marked, NIST, 2009), or JSON: a list, alone or as
/// <c>segments</c> of an object, of objects with <c>start</c> and <c>end</c> in seconds and <c>speaker</c> or
/// <c>label</c>.
/// </summary>
internal static class SegmentFile
{
    private const int RttmFields = 8;

    private static readonly char[] Blanks = [' ', '\t'];

    /// <param name="path">The file.</param>
    /// <param name="recording">The recording: of an RTTM file about several, its part by the name without folder and
    /// ending.</param>
    /// <exception cref="UsageException">It holds no segment, or one that is none; the message says which.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<DiarisedSegment> Read(string path, string recording)
    {
        var text = File.ReadAllText(path);
        var segments = text.TrimStart() is ['[' or '{', ..]
            ? ReadJson(text, path)
            : ReadRttm(text, path, Path.GetFileNameWithoutExtension(recording));
        return segments.Count > 0 ? segments : throw new UsageException($"{path} holds no segment");
    }

    private static List<DiarisedSegment> ReadRttm(string text, string path, string recording)
    {
        var found = new List<(string Recording, DiarisedSegment Segment)>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var fields = line.TrimEnd('\r').Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            // Other types of line tell of words, noises and speakers.
            if (fields is not ["SPEAKER", ..])
            {
                if (fields.Length is > 0 and < RttmFields && !fields[0].StartsWith(";;", StringComparison.Ordinal))
                {
                    throw new UsageException(
                        $"{path}, line {number}: '{line.Trim()}' is no line of RTTM, and the file is no JSON");
                }

                continue;
            }

            if (fields.Length < RttmFields || StrictNumber.Real(fields[3]) is not { } start
                || StrictNumber.Real(fields[4]) is not { } duration)
            {
                throw new UsageException(
                    $"{path}, line {number}: a SPEAKER line of RTTM has at least {RttmFields} fields, the fourth and " +
                    "fifth start and duration in seconds");
            }

            found.Add((fields[1], Checked(
                start, start + duration, fields[7] == "<NA>" ? null : fields[7], $"{path}, line {number}")));
        }

        var recordings = found.Select(each => each.Recording).Distinct(StringComparer.Ordinal).ToArray();
        return recordings.Length <= 1 || recordings.Contains(recording, StringComparer.Ordinal)
            ? [.. found.Where(each => recordings.Length == 1 || each.Recording == recording).Select(each => each.Segment)]
            : throw new UsageException(
                $"{path} is about {recordings.Length} recordings, and none of them is called '{recording}'");
    }

    private static List<DiarisedSegment> ReadJson(string text, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var list = document.RootElement.ValueKind == JsonValueKind.Array
                ? document.RootElement
                : document.RootElement.TryGetProperty("segments", out var segments)
                    && segments.ValueKind == JsonValueKind.Array
                    ? segments
                    : throw new UsageException($"{path}: a list of segments is needed, alone or as 'segments'");
            return [.. list.EnumerateArray().Select((segment, index) => OfJson(segment, $"{path}, segment {index + 1}"))];
        }
        catch (JsonException exception)
        {
            throw new UsageException(
                $"{path} is no valid JSON: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    private static DiarisedSegment OfJson(JsonElement segment, string where)
    {
        if (segment.ValueKind != JsonValueKind.Object || Number(segment, "start") is not { } start
            || Number(segment, "end") is not { } end)
        {
            throw new UsageException($"{where}: an object with the numbers 'start' and 'end', in seconds, is needed");
        }

        string? label = null;
        foreach (var name in (string[])["speaker", "label"])
        {
            if (label is null && segment.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
            {
                label = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
            }
        }

        return Checked(start, end, label, where);
    }

    private static double? Number(JsonElement segment, string name) =>
        segment.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var number)
            ? number
            : null;

    private static DiarisedSegment Checked(double start, double end, string? label, string where) =>
        start >= 0 && end > start && double.IsFinite(end)
            ? new DiarisedSegment(start, end, label)
            : throw new UsageException(
                FormattableString.Invariant($"{where}: it goes from {start} s to {end} s; ") +
                "a segment starts at 0 or later and ends after its start");
}
