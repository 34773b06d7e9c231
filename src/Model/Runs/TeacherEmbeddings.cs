using System.Globalization;
using System.Runtime.InteropServices;
using Speaker.Corpora;
using Speaker.Inference;
using Speaker.Models;

namespace Speaker.Training.Runs;

/// <summary>How far a teacher's embeddings have come.</summary>
/// <param name="Recordings">Embedded.</param>
/// <param name="TotalRecordings">To embed: recordings times speeds.</param>
internal sealed record TeacherProgress(int Recordings, int TotalRecordings);

/// <summary>What a teacher makes of the recordings of a bank.</summary>
/// <param name="Rows">[recordings × speeds, D'] row by row, of unit length or 0.</param>
/// <param name="Dimension">D'.</param>
/// <param name="Speeds">Speeds of each recording.</param>
internal sealed record BankEmbeddings(float[] Rows, int Dimension, int Speeds);

/// <summary>
/// What a model makes of every recording at every speed, unchanged and whole (its first <see cref="MostSeconds"/>
/// s of speech): computed once and kept on the disk beside the features.
/// </summary>
/// <remarks>
/// The file is safetensors with one tensor, "embedding" [recordings × speeds, D] in half precision, recording by
/// recording; a row that is not computed yet is NaN, one without speech 0. It is named after the features and the
/// model's hash, and written every minute: a run that was stopped goes on from there.
/// </remarks>
internal static class TeacherEmbeddings
{
    /// <summary>A voice is known by then, and the encoder's time grows with the length.</summary>
    public const double MostSeconds = 15;

    private const string Name = "embedding";

    private static readonly TimeSpan BetweenNotes = TimeSpan.FromMinutes(1);

    /// <summary>Where a teacher's embeddings of a bank's recordings lie.</summary>
    public static string PathOf(FeatureBank heard, string folder, VoiceEncoder teacher) => Path.Combine(
        folder, string.Create(CultureInfo.InvariantCulture, $"{heard.Name}-{teacher.Hash[..16]}.teacher.safetensors"));

    /// <summary>What the teacher of a recipe makes of a bank's recordings; null where it has none.</summary>
    /// <exception cref="ModelException">The teacher's embeddings are of another size than the encoder's and are to be
    /// learnt themselves, or a file cannot be read or written.</exception>
    public static BankEmbeddings? OfBank(
        FeatureBank bank,
        TrainingOptions options,
        TimeProvider time,
        IProgress<FeatureBankProgress>? bankProgress,
        IProgress<TeacherProgress>? teacherProgress,
        CancellationToken cancellationToken)
    {
        if (options.Teacher is null)
        {
            return null;
        }

        var teacher = VoiceEncoder.Load(options.Teacher, cancellationToken);
        var dimension = teacher.Card.Encoder.Dimension;
        if (options.TeacherWeight > 0 && dimension != options.Encoder.Dimension)
        {
            throw new ModelException(
                $"The teacher's embeddings have {dimension} numbers, the encoder's {options.Encoder.Dimension}: set "
                + "encoder.dimension to that, or learn by its similarities alone with --set teacherWeight=0.");
        }

        // The same files as the first version of the bank where teacher and encoder have the same front end.
        using var heard = FeatureBank.Open(
            bank.Utterances, teacher.Card.FrontEnd, options.Bank with { Versions = 1 }, bankProgress, cancellationToken);
        return new BankEmbeddings(
            Of(heard, options.Bank.Folder, teacher, options.Bank.Threads, time, teacherProgress, cancellationToken),
            dimension, heard.Speeds);
    }

    /// <summary>Reads what is there and computes the rest.</summary>
    /// <param name="heard">Its first version is what the teacher hears; of the teacher's front end.</param>
    /// <param name="folder">Where the file lies.</param>
    /// <param name="teacher">The model.</param>
    /// <param name="threads">That embed.</param>
    /// <param name="time">For the notes in between.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancellationToken">Stops the embedding; what was computed is kept.</param>
    /// <returns>[recordings × speeds, D] row by row, of unit length or 0.</returns>
    /// <exception cref="ModelException">The file cannot be written.</exception>
    public static float[] Of(
        FeatureBank heard,
        string folder,
        VoiceEncoder teacher,
        int threads,
        TimeProvider time,
        IProgress<TeacherProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var path = PathOf(heard, folder, teacher);
        var dimension = teacher.Card.Encoder.Dimension;
        var entries = heard.Utterances.Count * heard.Speeds;
        var rows = Read(path, entries, dimension);
        int[] missing = [.. Enumerable.Range(0, entries).Where(entry => Half.IsNaN(rows[entry * dimension]))];
        if (missing.Length > 0)
        {
            var gate = new Lock();
            var (done, noted) = (0, time.GetTimestamp());
            try
            {
                ParallelReading.For(
                    [.. missing.Select(entry => heard.Utterances[entry / heard.Speeds].Path)],
                    threads,
                    () => 0,
                    (index, _) =>
                    {
                        var entry = missing[index];
                        var embedding = Embed(heard, entry, teacher);
                        lock (gate)
                        {
                            for (var i = 0; i < dimension; i++)
                            {
                                rows[(entry * dimension) + i] = (Half)embedding[i];
                            }

                            if (++done % 100 == 0 || done == missing.Length)
                            {
                                progress?.Report(new TeacherProgress(done, missing.Length));
                            }

                            if (time.GetElapsedTime(noted) >= BetweenNotes)
                            {
                                Write(path, rows, dimension);
                                noted = time.GetTimestamp();
                            }
                        }
                    },
                    cancellationToken);
            }
            finally
            {
                Write(path, rows, dimension);
            }
        }

        return Array.ConvertAll(rows, value => (float)value);
    }

    private static float[] Embed(FeatureBank heard, int entry, VoiceEncoder teacher)
    {
        var (utterance, speed) = Math.DivRem(entry, heard.Speeds);
        var longest = (int)(MostSeconds * teacher.Card.FrontEnd.SampleRate / teacher.Card.FrontEnd.HopLength);
        var frames = Math.Min(heard.Frames(0, utterance, speed), longest);
        return frames == 0
            ? new float[teacher.Card.Encoder.Dimension]
            : teacher.Embed(heard.Matrix(0, utterance, speed, frames));
    }

    private static Half[] Read(string path, int entries, int dimension)
    {
        if (File.Exists(path)
            && Safetensors.Read(path).TryGetValue(Name, out var stored)
            && stored.Type == TensorType.Float16
            && stored.Shape.AsSpan().SequenceEqual([entries, dimension]))
        {
            return MemoryMarshal.Cast<byte, Half>(stored.Bytes.Span).ToArray();
        }

        var rows = new Half[entries * dimension];
        Array.Fill(rows, Half.NaN);
        return rows;
    }

    private static void Write(string path, Half[] rows, int dimension) => Safetensors.Write(
        path,
        new Dictionary<string, StoredTensor>
        {
            [Name] = new(
                TensorType.Float16, [rows.Length / dimension, dimension], MemoryMarshal.AsBytes<Half>(rows).ToArray()),
        });
}
