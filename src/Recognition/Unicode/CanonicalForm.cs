using System.Globalization;
using System.Text;

namespace Speaker.Unicode;

/// <summary>
/// Normalisation form C of Unicode (UAX 15): "é" is one code point, whether it was written as one or as "e" with an accent
/// after it, as macOS names files.
/// </summary>
/// <remarks>.NET's own leaves text as it is where ICU is not installed or not used, as in these programs.</remarks>
internal static class CanonicalForm
{
    // Hangul syllables are made by arithmetic (The Unicode Standard, section 3.12).
    private const int FirstSyllable = 0xAC00;
    private const int FirstLead = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int BeforeTrail = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Trails = 28;

    private static readonly Lazy<CanonicalData> _data = new(CanonicalData.Read);

    /// <summary>The text in form C. What is no Unicode, half of a surrogate pair, stays as it is.</summary>
    public static string Of(string text)
    {
        // Nothing below U+0300 combines with anything, or is put together otherwise.
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF'))
        {
            return text;
        }

        var points = new List<int>();
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = char.IsSurrogatePair(text, i);
            Decompose(isPair ? char.ConvertToUtf32(text, i) : text[i], points);
            i += isPair ? 1 : 0;
        }

        Sort(points);
        return Text(Compose(points));
    }

    private static void Decompose(int point, List<int> into)
    {
        var syllable = point - FirstSyllable;
        if (syllable is >= 0 and < Leads * Vowels * Trails)
        {
            into.Add(FirstLead + (syllable / (Vowels * Trails)));
            into.Add(FirstVowel + (syllable % (Vowels * Trails) / Trails));
            if (syllable % Trails > 0)
            {
                into.Add(BeforeTrail + (syllable % Trails));
            }
        }
        else if (_data.Value.Parts.TryGetValue(point, out var parts))
        {
            foreach (var part in parts)
            {
                Decompose(part, into);
            }
        }
        else
        {
            into.Add(point);
        }
    }

    /// <summary>Marks by their class, those of one class in the order they were written in.</summary>
    private static void Sort(List<int> points)
    {
        for (var i = 1; i < points.Count; i++)
        {
            var mark = points[i];
            var place = i;
            for (var combining = ClassOf(mark); combining > 0 && place > 0 && ClassOf(points[place - 1]) > combining;)
            {
                points[place] = points[place - 1];
                place--;
            }

            points[place] = mark;
        }
    }

    private static List<int> Compose(List<int> points)
    {
        var composed = new List<int>(points.Count);
        var starter = -1;
        foreach (var point in points)
        {
            var combining = ClassOf(point);
            // A mark of the same or a higher class, or another letter, between the two keeps them apart.
            var isBlocked = composed.Count - 1 != starter
                && (combining == 0 || ClassOf(composed[^1]) >= combining);
            if (starter >= 0 && !isBlocked && Join(composed[starter], point) is { } joined)
            {
                composed[starter] = joined;
                continue;
            }

            composed.Add(point);
            if (combining == 0)
            {
                starter = composed.Count - 1;
            }
        }

        return composed;
    }

    private static int? Join(int first, int second)
    {
        if (first - FirstLead is >= 0 and < Leads && second - FirstVowel is >= 0 and < Vowels)
        {
            return FirstSyllable + ((((first - FirstLead) * Vowels) + second - FirstVowel) * Trails);
        }

        if (first - FirstSyllable is >= 0 and < Leads * Vowels * Trails && (first - FirstSyllable) % Trails == 0
            && second - BeforeTrail is > 0 and < Trails)
        {
            return first + second - BeforeTrail;
        }

        return _data.Value.Joined.TryGetValue((first, second), out var joined) ? joined : null;
    }

    private static int ClassOf(int point) => _data.Value.Classes.GetValueOrDefault(point);

    private static string Text(List<int> points)
    {
        var text = new StringBuilder(points.Count);
        foreach (var point in points)
        {
            if (point <= char.MaxValue)
            {
                text.Append((char)point);
            }
            else
            {
                text.Append(char.ConvertFromUtf32(point));
            }
        }

        return text.ToString();
    }

    /// <summary>The Unicode Character Database's part of it.</summary>
    /// <param name="Parts">What a code point is made of: one or two others, which may be made of others.</param>
    /// <param name="Joined">What two code points become.</param>
    /// <param name="Classes">Canonical combining class of what has another one than 0.</param>
    private sealed record CanonicalData(
        Dictionary<int, int[]> Parts, Dictionary<(int First, int Second), int> Joined, Dictionary<int, int> Classes)
    {
        public static CanonicalData Read()
        {
            var data = new CanonicalData([], [], []);
            using var resource = typeof(CanonicalForm).Assembly.GetManifestResourceStream("canonical.txt")!;
            using var lines = new StreamReader(resource);
            while (lines.ReadLine() is { } line)
            {
                var fields = line.Split(' ');
                switch (fields[0])
                {
                    case "c":
                        for (var point = Hex(fields[1]); point <= Hex(fields[2]); point++)
                        {
                            data.Classes.Add(point, int.Parse(fields[3], CultureInfo.InvariantCulture));
                        }

                        break;
                    case "=" or "-":
                        data.Parts.Add(Hex(fields[1]), [.. fields[2..].Select(Hex)]);
                        if (fields[0] == "=")
                        {
                            data.Joined.Add((Hex(fields[2]), Hex(fields[3])), Hex(fields[1]));
                        }

                        break;
                }
            }

            return data;
        }

        private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
