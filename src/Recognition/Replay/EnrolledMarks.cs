using System.IO.Hashing;

namespace Speaker.Replay;

/// <summary>
/// What speakers have enrolled, by the names that they were called: a hash of each outline. Another process may rename a
/// speaker, or give one's recordings to another. Nobody tells this one, but what is enrolled stays the same.
/// </summary>
/// <remarks>Not thread safe.</remarks>
internal sealed class EnrolledMarks
{
    private readonly Dictionary<string, HashSet<ulong>> _bySpeaker = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, HashSet<string>> _byMark = [];

    /// <summary>Notes what a speaker has.</summary>
    /// <param name="speaker">The normalised name.</param>
    /// <param name="enrolled">Outlines.</param>
    public void Note(string speaker, IReadOnlyList<byte[]> enrolled)
    {
        if (!_bySpeaker.TryGetValue(speaker, out var marks))
        {
            _bySpeaker.Add(speaker, marks = []);
        }

        foreach (var mark in enrolled.Select(Of).Where(marks.Add))
        {
            if (!_byMark.TryGetValue(mark, out var speakers))
            {
                _byMark.Add(mark, speakers = new HashSet<string>(StringComparer.Ordinal));
            }

            speakers.Add(speaker);
        }
    }

    /// <summary>Other names under which some of this was noted.</summary>
    public string[] Others(string speaker, IReadOnlyList<byte[]> enrolled) =>
    [
        .. enrolled.SelectMany(outline => _byMark.TryGetValue(Of(outline), out var speakers) ? speakers : [])
            .Where(other => other != speaker).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Forgets what was noted of a speaker.</summary>
    public void Forget(string speaker)
    {
        if (!_bySpeaker.Remove(speaker, out var marks))
        {
            return;
        }

        foreach (var mark in marks)
        {
            var speakers = _byMark[mark];
            speakers.Remove(speaker);
            if (speakers.Count == 0)
            {
                _byMark.Remove(mark);
            }
        }
    }

    private static ulong Of(byte[] outline) => XxHash3.HashToUInt64(outline);
}
