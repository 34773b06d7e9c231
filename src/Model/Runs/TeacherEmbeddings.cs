using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Speaker.Audio.Features;
using Speaker.Audio.Utterances;
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

    /// <summary>What a model makes of a bank's recordings, on the device of a recipe.</summary>
    /// <exception cref="ModelException">A file cannot be read or written.</exception>
    public static BankEmbeddings OfBank(
        FeatureBank bank,
        string path,
        VoiceEncoder teacher,
        TrainingOptions options,
        TimeProvider time,
        IProgress<FeatureBankProgress>? bankProgress,
        IProgress<TeacherProgress>? teacherProgress,
        CancellationToken cancellationToken)
    {
        // The same files as the first version of the bank where teacher and encoder have the same front end.
        using var heard = FeatureBank.Open(
            bank.Utterances, teacher.Card.FrontEnd, options.Bank with { Versions = 1 }, bankProgress, cancellationToken);
        using var network = options.Device == TrainingDevice.Cpu
            ? null
            : new TeacherNetwork(path, teacher.Card, TrainingDevice.Of(options.Device));
        return new BankEmbeddings(
            Of(
                heard, options.Bank.Folder, teacher, options.Bank.Threads, time, teacherProgress, network,
                cancellationToken),
            teacher.Card.Encoder.Dimension, heard.Speeds);
    }

    /// <summary>Reads what is there and computes the rest.</summary>
    /// <param name="heard">Its first version is what the teacher hears; of the teacher's front end.</param>
    /// <param name="folder">Where the file lies.</param>
    /// <param name="teacher">The model.</param>
    /// <param name="threads">That embed.</param>
    /// <param name="time">For the notes in between.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="network">The same model in the tensor library, which embeds many recordings at a time; null: the
    /// model itself embeds them, one on each thread.</param>
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
        TeacherNetwork? network = null,
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
            var groups = network is null
                ? [.. missing.Select(entry => new[] { entry })]
                : TeacherNetwork.Groups(missing, entry => Frames(heard, entry, teacher.Card.FrontEnd));
            try
            {
                ParallelReading.For(
                    [.. groups.Select(group => heard.Utterances[group[0] / heard.Speeds].Path)],
                    network is null ? threads : 1,
                    () => 0,
                    (index, _) =>
                    {
                        var group = groups[index];
                        var embeddings = network is null
                            ? [Embed(heard, group[0], teacher)]
                            : network.Embed([.. group.Select(entry => Matrix(heard, entry, teacher.Card.FrontEnd))]);
                        lock (gate)
                        {
                            for (var i = 0; i < group.Length; i++)
                            {
                                TensorPrimitives.ConvertToHalf(
                                    embeddings[i], rows.AsSpan(group[i] * dimension, dimension));
                                if (++done % 100 == 0 || done == missing.Length)
                                {
                                    progress?.Report(new TeacherProgress(done, missing.Length));
                                }
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
        var matrix = Matrix(heard, entry, teacher.Card.FrontEnd);
        return matrix.Frames == 0 ? new float[teacher.Card.Encoder.Dimension] : teacher.Embed(matrix);
    }

    private static int Frames(FeatureBank heard, int entry, FrontEndSpecification frontEnd)
    {
        var (utterance, speed) = Math.DivRem(entry, heard.Speeds);
        return Math.Min(
            heard.Frames(0, utterance, speed), (int)(MostSeconds * frontEnd.SampleRate / frontEnd.HopLength));
    }

    private static FeatureMatrix Matrix(FeatureBank heard, int entry, FrontEndSpecification frontEnd)
    {
        var (utterance, speed) = Math.DivRem(entry, heard.Speeds);
        return heard.Matrix(0, utterance, speed, Frames(heard, entry, frontEnd));
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
