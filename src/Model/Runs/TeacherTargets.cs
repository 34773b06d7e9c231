using System.Numerics.Tensors;
using Speaker.Training.Sampling;

namespace Speaker.Training.Runs;

/// <summary>
/// What an encoder is to make of any crop of a recording: the teacher's embedding of the whole of it, less the mean
/// over all training recordings, drawn towards the mean of its speaker where there is a label. Of unit length.
/// </summary>
internal sealed class TeacherTargets
{
    private readonly float[] _rows;
    private readonly int _speeds;

    private TeacherTargets(float[] rows, int dimension, int speeds) =>
        (_rows, Dimension, _speeds) = (rows, dimension, speeds);

    /// <summary>D', the teacher's.</summary>
    public int Dimension { get; }

    /// <summary>The target of a recording at a speed, of unit length; 0 where no speech was found.</summary>
    public ReadOnlySpan<float> Of(int utterance, int speed) =>
        _rows.AsSpan(((utterance * _speeds) + speed) * Dimension, Dimension);

    /// <param name="embeddings">[recordings × speeds, D'], see <see cref="TeacherEmbeddings"/>.</param>
    /// <param name="dimension">D'.</param>
    /// <param name="speeds">Speeds of each recording.</param>
    /// <param name="classes">Speakers with a label, at each speed.</param>
    /// <param name="speakerShare">What the mean of the class weighs in the target, 0 to 1.</param>
    public static TeacherTargets Of(
        float[] embeddings, int dimension, int speeds, IReadOnlyList<SpeakerClass> classes, double speakerShare)
    {
        var rows = (float[])embeddings.Clone();
        Centre(rows, dimension);
        if (speakerShare > 0)
        {
            foreach (var item in classes)
            {
                DrawTogether(
                    rows, dimension, [.. item.Utterances.Select(u => (u * speeds) + item.Speed)], (float)speakerShare);
            }
        }

        return new TeacherTargets(rows, dimension, speeds);
    }

    /// <summary>Takes the mean of the rows out of each and brings it to unit length; rows of 0 stay, and do not
    /// count.</summary>
    public static void Centre(float[] rows, int dimension)
    {
        var mean = new double[dimension];
        var count = 0;
        for (var at = 0; at < rows.Length; at += dimension)
        {
            if (rows.AsSpan(at, dimension).ContainsAnyExcept(0f))
            {
                count++;
                for (var i = 0; i < dimension; i++)
                {
                    mean[i] += rows[at + i];
                }
            }
        }

        for (var at = 0; at < rows.Length; at += dimension)
        {
            var row = rows.AsSpan(at, dimension);
            if (row.ContainsAnyExcept(0f))
            {
                for (var i = 0; i < dimension; i++)
                {
                    row[i] -= (float)(mean[i] / count);
                }

                ToUnitLength(row);
            }
        }
    }

    /// <summary>Each row ← (1 − share) · row + share · direction of the rows' mean.</summary>
    private static void DrawTogether(float[] rows, int dimension, int[] members, float share)
    {
        var mean = new float[dimension];
        foreach (var member in members)
        {
            TensorPrimitives.Add(mean, rows.AsSpan(member * dimension, dimension), mean);
        }

        ToUnitLength(mean);
        foreach (var member in members)
        {
            var row = rows.AsSpan(member * dimension, dimension);
            TensorPrimitives.Multiply(row, 1 - share, row);
            TensorPrimitives.MultiplyAdd(mean, share, row, row);
            ToUnitLength(row);
        }
    }

    private static void ToUnitLength(Span<float> row)
    {
        var norm = TensorPrimitives.Norm<float>(row);
        if (norm > 0)
        {
            TensorPrimitives.Divide(row, norm, row);
        }
    }
}
