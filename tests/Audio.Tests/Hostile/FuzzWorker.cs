using System.Globalization;
using Speaker.Audio.Features;
using Speaker.Audio.Tests.Numerics;
using Speaker.Audio.Utterances;

namespace Speaker.Audio.Tests.Hostile;

/// <summary>
/// The process that reads the mutated files, so that what they may do to a process does not happen to the tests':
/// <c>dotnet Audio.Tests.dll fuzz SEED FIRST END STEP</c> runs every STEP-th case and prints each number before it is
/// run; <c>dotnet Audio.Tests.dll write SEED NUMBER FILE</c> writes one case down, to look into. It is also where
/// <see cref="NumericsProcess"/> starts.
/// </summary>
public static class FuzzWorker
{
    /// <summary>What is printed before the number of a case that failed, and what was wrong.</summary>
    internal const string Failed = "failed";

    /// <summary>What is printed after the last case.</summary>
    internal const string Done = "done";

    private const long FixedMemory = 8 << 20;

    /// <summary>Most sound that is read of one file; what it holds beyond is the same again.</summary>
    private const int MostSeconds = 20;

    public static int Main(string[] arguments)
    {
        if (arguments is ["write", var seedToWrite, var number, var path])
        {
            File.WriteAllBytes(path, new FuzzCases(Number(seedToWrite))[Number(number)]);
            return 0;
        }

        if (arguments is [DecoderProgram.Verb, ..] && SoundDecoder.TryRun(arguments, out var exitCode))
        {
            return exitCode;
        }

        if (arguments is ["numerics", var numbers])
        {
            NumericsProcess.Write(numbers);
            return 0;
        }

        if (arguments is not ["fuzz", var seed, var first, var end, var step])
        {
            return 2;
        }

        Run(new FuzzCases(Number(seed)), Number(first), Number(end), Number(step));
        return 0;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static void Run(FuzzCases cases, int first, int end, int step)
    {
        using var folder = new TemporaryFolder();
        using var meter = new MemoryMeter();
        var reader = new UtteranceReader(new FrontEndSpecification(), new UtteranceOptions
        {
            MinimumSpeechSeconds = 0.05,
            MaximumSeconds = MostSeconds,
        });
        var buffer = new float[4096];

        // Once without measuring: what is compiled and loaded on the way is not the file's.
        foreach (var file in FuzzSeeds.All())
        {
            Examine(folder.Write(file.Name, file.Bytes), file.Bytes.Length, reader, buffer, meter);
        }

        for (var number = first; number < end; number += step)
        {
            Console.WriteLine(number);
            var bytes = cases[number];
            if (Examine(folder.Write("case", bytes), bytes.Length, reader, buffer, meter) is { } problem)
            {
                Console.WriteLine($"{Failed} {number} {problem.ReplaceLineEndings(" ")}");
            }
        }

        Console.WriteLine(Done);
    }

    /// <summary>
    /// What went wrong, or null: decoding alone first, then all of the way to features.
    /// </summary>
    private static string? Examine(
        string path, long length, UtteranceReader reader, float[] buffer, MemoryMeter meter)
    {
        try
        {
            meter.Start();
            var decoded = Decode(path, buffer);
            var taken = meter.Peak();
            if (taken > (4 * length) + FixedMemory)
            {
                return $"decoding {length} bytes took {taken} bytes of memory";
            }

            meter.Start();
            var problem = Read(path, reader);
            var memory = meter.Peak();
            return problem is null && memory > (4 * Math.Max(length, decoded * sizeof(float))) + FixedMemory
                ? $"reading {length} bytes, {decoded} samples, took {memory} bytes of memory"
                : problem;
        }
        catch (Exception exception)
        {
            return exception.ToString();
        }
    }

    /// <returns>Samples at 16 kHz until the end, an error, or the most that is read.</returns>
    private static long Decode(string path, float[] buffer)
    {
        var decoded = 0L;
        try
        {
            using var source = AudioFile.Open(path);
            for (int read; decoded < MostSeconds * AudioFile.SampleRate && (read = source.Read(buffer)) > 0;)
            {
                decoded += read;
            }
        }
        catch (AudioException exception) when (IsExpected(exception, path))
        {
            // What a file may end with.
        }

        return decoded;
    }

    /// <summary>It names the file, and libsndfile did not hang.</summary>
    private static bool IsExpected(AudioException exception, string path) =>
        exception.Message.StartsWith(path, StringComparison.Ordinal)
        && !exception.Message.Contains("gave nothing", StringComparison.Ordinal);

    private static string? Read(string path, UtteranceReader reader)
    {
        var summary = RecordingSummary.Empty;
        try
        {
            foreach (var segment in reader.ReadSegments(path))
            {
                summary = summary.Add(segment.Result);
                if (segment.Result is Utterance utterance && Problem(utterance) is { } problem)
                {
                    return problem;
                }
            }
        }
        catch (AudioException exception) when (IsExpected(exception, path))
        {
            return null;
        }

        return summary.Judge(reader.Options) is { Message.Length: 0 } ? "refused without a reason" : null;
    }

    private static string? Problem(Utterance utterance)
    {
        for (var frame = 0; frame < utterance.Features.Frames; frame++)
        {
            if (utterance.Features.Row(frame).ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            {
                return $"frame {frame} of the features is not finite";
            }
        }

        return utterance.Features.Frames > 0 && utterance.SpeechSeconds <= utterance.TotalSeconds
            ? null
            : $"{utterance.Features.Frames} frames and {utterance.SpeechSeconds} s of speech in "
                + $"{utterance.TotalSeconds} s of sound";
    }
}
