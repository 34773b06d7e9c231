using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Audio.Fingerprints;
using Speaker.Corpora;
using Speaker.Numerics;

namespace Speaker.Bench;

/// <summary>
/// How many recordings that are sent again are known by their outlines, and how many other recordings of the same
/// speaker are taken for one of them. A rule is chosen on one half of the speakers and measured on the other.
/// </summary>
internal static partial class ReplayDetection
{
    /// <summary>Of the pairs of recordings of the same words one in so many may be taken for one recording.</summary>
    private const int PairsAnAlarm = 2000;

    /// <summary>Recordings that are so alike are taken for one that a corpus holds twice.</summary>
    private const double Twice = 0.9;

    private static readonly string[] Forms = ["whole", "cut at the start", "0.5 s of silence before"];

    /// <param name="Corpora">A folder of corpus/speaker/recording.</param>
    /// <param name="PerSpeaker">At most so many recordings of each speaker.</param>
    /// <param name="Copies">Recordings of each half and length whose copies are made.</param>
    public sealed record Settings(string Corpora, int PerSpeaker, int Copies);

    public static string Run(Settings settings)
    {
        var recordings = Read(settings.Corpora, settings.PerSpeaker);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{recordings.Count:#,0} recordings of {recordings.DistinctBy(each => each.Speaker).Count()} speakers");
        var rule = Choose(text, [.. recordings.Where(each => !each.IsSecond)], settings.Copies);
        Report(text, [.. recordings.Where(each => each.IsSecond)], rule, settings.Copies);
        Time(text, recordings);
        return text.ToString();
    }

    /// <summary>The rule that finds most of those that take no more than one in <see cref="PairsAnAlarm"/> pairs of the
    /// same words for one.</summary>
    private static StretchRule Choose(StringBuilder text, Recording[] recordings, int drawn)
    {
        var copies = Copies(recordings, drawn);
        double[] leasts = [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55];
        double[] allowances = [1, 1.5, 2, 2.5, 3, 3.5];
        var most = Count(recordings).SameWords / PairsAnAlarm;
        var best = (Rule: StretchRule.Default, Found: 0.0);
        // What a rule takes for one every rule does that asks for less.
        var possible = Pairs(recordings, new StretchRule(leasts[0], allowances[0], StretchRule.Default.LeastSeconds))
            .Select(alarm => (alarm.One, alarm.Other)).ToArray();
        text.AppendLine().AppendLine("The first half of the speakers: rules (least likeness, allowance, least seconds)")
            .AppendLine()
            .AppendLine("| rule | alarms, same words | alarms, any words | copies found, 1 to 3 s | 3 s and more |")
            .AppendLine("|---|---:|---:|---:|---:|");
        foreach (var rule in
            from least in leasts
            from allowance in allowances
            select new StretchRule(least, allowance, StretchRule.Default.LeastSeconds))
        {
            var alarms = possible.AsParallel().Select(pair => Alarm.Of(pair.One, pair.Other, rule)).OfType<Alarm>()
                .Where(alarm => !alarm.IsTwice).ToArray();
            var sameWords = alarms.Count(alarm => alarm.SameWords);
            var shorter = Found(copies.Where(IsCoded(isLong: false)), rule);
            var longer = Found(copies.Where(IsCoded(isLong: true)), rule);
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {rule.LeastLikeness}, {rule.Allowance}, {rule.LeastSeconds} " +
                $"| {sameWords} | {alarms.Length} | {Share(shorter)} | {Share(longer)} |");
            best = sameWords <= most && shorter + longer > best.Found ? (rule, shorter + longer) : best;
        }

        return best.Rule;
    }

    private static void Report(StringBuilder text, Recording[] recordings, StretchRule rule, int most)
    {
        var copies = Copies(recordings, most);
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture,
            $"The second half of the speakers: rule {rule.LeastLikeness}, {rule.Allowance}, {rule.LeastSeconds}; " +
            $"{copies.DistinctBy(copy => copy.Of).Count(copy => copy.Of.Seconds < 3)} recordings of 1 to 3 s, " +
            $"{copies.DistinctBy(copy => copy.Of).Count(copy => copy.Of.Seconds >= 3)} of 3 s and more")
            .AppendLine()
            .AppendLine("| copy | kbit/s | 1 to 3 s: " + string.Join(" | ", Forms) + " | 3 s and more: "
                + string.Join(" | ", Forms) + " |")
            .AppendLine("|---|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var way in copies.GroupBy(copy => copy.Way))
        {
            text.Append(
                CultureInfo.InvariantCulture, $"| {way.Key} | {way.Average(copy => copy.KilobitsPerSecond):0} ");
            foreach (var isLong in (bool[])[false, true])
            {
                foreach (var form in Forms)
                {
                    var share = Found(way.Where(copy => copy.Form == form && copy.Of.Seconds >= 3 == isLong), rule);
                    text.Append(CultureInfo.InvariantCulture, $"| {Share(share)} ");
                }
            }

            text.AppendLine("|");
        }

        var alarms = Pairs(recordings, rule);
        text.AppendLine().AppendLine("Pairs of two recordings of one speaker that are taken for one:")
            .AppendLine()
            .AppendLine("| corpus | pairs | alarms | alike by 0.9 or more | pairs of the same words | alarms |")
            .AppendLine("|---|---:|---:|---:|---:|---:|");
        foreach (var corpus in recordings.GroupBy(each => each.Corpus).Append(recordings.GroupBy(_ => "all").Single()))
        {
            var (pairs, sameWords) = Count(corpus);
            var own = alarms.Where(alarm => corpus.Key == "all" || alarm.One.Corpus == corpus.Key).ToArray();
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {corpus.Key} | {pairs:#,0} | {own.Count(alarm => !alarm.IsTwice)} " +
                $"| {own.Count(alarm => alarm.IsTwice)} | {sameWords:#,0} " +
                $"| {own.Count(alarm => alarm is { IsTwice: false, SameWords: true })} |");
        }

        text.AppendLine().AppendLine("| same words, the shorter recording | pairs | alarms |")
            .AppendLine("|---|---:|---:|");
        foreach (var (from, to) in ((double, double)[])[(0, 1), (1, 1.5), (1.5, 2.5), (2.5, 60)])
        {
            bool IsIn(Recording one, Recording other) =>
                Math.Min(one.Seconds, other.Seconds) is var seconds && seconds >= from && seconds < to;
            var own = alarms.Where(alarm => alarm is { IsTwice: false, SameWords: true });
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {from} to {to} s | {SameWords(recordings).Count(pair => IsIn(pair.One, pair.Other)):#,0} " +
                $"| {own.Count(alarm => IsIn(alarm.One, alarm.Other))} |");
        }

        text.AppendLine().AppendLine("Alarms, those that are least alike last:");
        foreach (var alarm in alarms.OrderByDescending(alarm => alarm.Likeness))
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"    {alarm.Likeness:0.00}, needed {alarm.Needed:0.00} over {alarm.Seconds:0.0} s: " +
                $"{Name(alarm.One)} {Name(alarm.Other)}");
        }
    }

    private static void Time(StringBuilder text, IReadOnlyList<Recording> recordings)
    {
        text.AppendLine().AppendLine("Processor time, fastest of passes:");
        foreach (var seconds in (double[])[1, 3, 10])
        {
            var some = recordings.Where(each => each.Seconds >= seconds).Take(100).ToArray();
            var length = (int)(seconds * AudioFile.SampleRate);
            var samples = AudioFile.ReadSamples(some[0].Path)[..length];
            var heard = Fingerprint(samples);
            byte[][] kept =
            [
                .. some.Select(each => Fingerprint(AudioFile.ReadSamples(each.Path)[..length]).ToBytes()),
            ];
            var outline = Fastest(() => Fingerprint(samples));
            var search = Fastest(() =>
            {
                var finder = new StretchSearch(heard, StretchRule.Default);
                return Array.FindAll(kept, bytes => finder.Find(bytes).IsOfOneRecording).Length;
            });
            text.AppendLine(CultureInfo.InvariantCulture,
                $"    {seconds} s: its outline {outline:0.00} ms; against {kept.Length} outlines of {seconds} s " +
                $"{search:0.00} ms");
        }
    }

    private static double Fastest<T>(Func<T> run)
    {
        var fastest = double.PositiveInfinity;
        var whole = Stopwatch.StartNew();
        for (var pass = 0; pass < 5 || whole.Elapsed.TotalSeconds < 2; pass++)
        {
            var start = ThreadClock.Milliseconds;
            run();
            fastest = Math.Min(fastest, ThreadClock.Milliseconds - start);
        }

        return fastest;
    }

    private static Func<Copy, bool> IsCoded(bool isLong) => copy =>
        copy.Of.Seconds >= 3 == isLong && !copy.Way.StartsWith("loudspeaker", StringComparison.Ordinal);

    private static double Found(IEnumerable<Copy> copies, StretchRule rule) => copies.AsParallel()
        .Average(copy => new StretchSearch(copy.Heard, rule).Find(copy.Of.Kept).IsOfOneRecording ? 1.0 : 0);

    private static string Share(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);

    /// <summary>Copies of recordings that are drawn in turns from the corpora.</summary>
    private static Copy[] Copies(Recording[] recordings, int most)
    {
        var drawn = new List<Recording>();
        foreach (var isLong in (bool[])[false, true])
        {
            drawn.AddRange(recordings.Where(each => each.Seconds >= 1 && each.Seconds >= 3 == isLong)
                .GroupBy(each => each.Corpus)
                .SelectMany(corpus => corpus.OrderBy(each => Hash(each.Path)).Select((each, turn) => (each, turn)))
                .OrderBy(each => each.turn).Take(most).Select(each => each.each));
        }

        var copies = new ConcurrentBag<Copy>();
        Parallel.ForEach(drawn, recording =>
        {
            var samples = AudioFile.ReadSamples(recording.Path);
            var random = SplitRandom.For(Hash(recording.Path));
            var cut = (int)(random.Uniform(0.2, Math.Min(1, recording.Seconds / 2)) * AudioFile.SampleRate);
            foreach (var (form, changed) in Forms.Zip(
                (float[][])[samples, samples[cut..], [.. new float[AudioFile.SampleRate / 2], .. samples]]))
            {
                foreach (var (name, make) in ReplayCopies.Ways)
                {
                    var (copy, bytes) = make([.. changed], random);
                    copies.Add(new Copy(
                        recording, name, form, Fingerprint(copy),
                        8e-3 * bytes * AudioFile.SampleRate / changed.Length));
                }
            }
        });
        return [.. ReplayCopies.Ways.Join(copies, way => way.Name, copy => copy.Way, (_, copy) => copy)];
    }

    /// <summary>Pairs of two recordings of one speaker that a rule takes for one.</summary>
    private static Alarm[] Pairs(Recording[] recordings, StretchRule rule) =>
    [
        .. recordings.GroupBy(each => each.Speaker).AsParallel().SelectMany(speaker =>
        {
            var own = speaker.ToArray();
            return own.SelectMany((one, i) => own.Take(i).Select(other => Alarm.Of(one, other, rule))).OfType<Alarm>();
        }),
    ];

    private static (int Pairs, int SameWords) Count(IEnumerable<Recording> recordings) => (
        recordings.CountBy(each => each.Speaker).Sum(speaker => speaker.Value * (speaker.Value - 1) / 2),
        SameWords(recordings).Count());

    private static IEnumerable<(Recording One, Recording Other)> SameWords(IEnumerable<Recording> recordings) =>
        recordings.Where(each => each.Words is not null).GroupBy(each => (each.Speaker, each.Words))
            .Select(words => words.ToArray())
            .SelectMany(words => words.SelectMany((one, i) => words.Take(i).Select(other => (one, other))));

    private static string Name(Recording recording) => $"{recording.Speaker}/{Path.GetFileName(recording.Path)}";

    private static List<Recording> Read(string folder, int perSpeaker)
    {
        var root = Path.GetFullPath(folder);
        var recordings = new ConcurrentBag<Recording>();
        var paths = RecordingTree.Of(root, default).Recordings
            .Select(path => (Path: path, Parts: Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar)))
            .Where(each => each.Parts.Length > 2)
            .GroupBy(each => (Corpus: each.Parts[0], Speaker: each.Parts[1]))
            .SelectMany(speaker => speaker.OrderBy(each => Hash(each.Path)).Take(perSpeaker)
                .Select(each => (each.Path, speaker.Key.Corpus, speaker.Key.Speaker)));
        Parallel.ForEach(paths, each =>
        {
            var samples = AudioFile.ReadSamples(each.Path);
            var heard = Fingerprint(samples);
            recordings.Add(new Recording(
                each.Path, each.Corpus, $"{each.Corpus}/{each.Speaker}", samples.Length / (double)AudioFile.SampleRate,
                WordsOf(each.Corpus, Path.GetFileNameWithoutExtension(each.Path)), heard, heard.ToBytes()));
        });
        return [.. recordings.OrderBy(each => each.Path, StringComparer.Ordinal)];
    }

    /// <summary>What is said, as the names of these corpora's files have it; null where they do not.</summary>
    private static string? WordsOf(string corpus, string name) => corpus switch
    {
        "arabic_speech_commands" or "bengali_digits" or "speech_commands_sample" => name.Split('_')[0],
        "dspspeech20" or "ased" => name.Split('-')[0],
        "gujarati_digits" => Digit().Match(name).Value,
        _ => null,
    };

    [GeneratedRegex("D[0-9]$")]
    private static partial Regex Digit();

    private static AudioFingerprint Fingerprint(float[] samples)
    {
        var tap = new FingerprintTap(new MemorySampleProvider(samples, AudioFile.SampleRate, 1));
        var block = new float[16_384];
        while (tap.Read(block) > 0)
        {
        }

        return tap.ToFingerprint();
    }

    /// <summary>The same wherever the corpora are.</summary>
    private static uint Hash(string path) => Fnv(string.Join('/', path.Split(Path.DirectorySeparatorChar)[^3..]));

    /// <summary>FNV-1a, 32 bits.</summary>
    private static uint Fnv(string text) =>
        text.Aggregate(2_166_136_261, (hash, character) => (hash ^ character) * 16_777_619);

    private sealed record Recording(
        string Path, string Corpus, string Speaker, double Seconds, string? Words, AudioFingerprint Heard, byte[] Kept)
    {
        /// <summary>Which half of the speakers.</summary>
        public bool IsSecond { get; } = (Fnv(Speaker) >> 16) % 2 == 1;
    }

    private sealed record Copy(
        Recording Of, string Way, string Form, AudioFingerprint Heard, double KilobitsPerSecond);

    private sealed record Alarm(Recording One, Recording Other, double Likeness, double Needed, double Seconds)
    {
        public bool IsTwice => Likeness >= Twice;

        public bool SameWords => One.Words is not null && One.Words == Other.Words;

        public static Alarm? Of(Recording one, Recording other, StretchRule rule) =>
            new StretchSearch(one.Heard, rule).Find(other.Kept) is { IsOfOneRecording: true } common
                ? new Alarm(one, other, common.Likeness, common.Needed, common.Seconds)
                : null;
    }
}
