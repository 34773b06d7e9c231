using System.Numerics.Tensors;
using Speaker.Training.Sampling;

namespace Speaker.Training.Runs;

/// <summary>
/// What an encoder is to make of any crop of a recording: the teacher's embedding of the whole of it, less the mean
/// over all training recordings, drawn towards the mean of its speaker where there is a label. Of unit length. Teachers
/// whose weights go with the length have one for the shortest crops and one for the longest; a crop in between has the point
/// between them on the straight line, of which the direction counts.
/// </summary>
internal sealed class TeacherTargets
{
    private readonly float[] _short;
    private readonly float[] _long;
    private readonly int _speeds;

    private TeacherTargets(float[] ofShort, float[] ofLong, int dimension, int speeds) =>
        (_short, _long, Dimension, _speeds) = (ofShort, ofLong, dimension, speeds);

    /// <summary>D', the teacher's.</summary>
    public int Dimension { get; }

    /// <summary>Adds a share of the target of a recording at a speed; nothing where no speech was found.</summary>
    /// <param name="target">[D'].</param>
    /// <param name="utterance">The recording.</param>
    /// <param name="speed">Which of its speeds.</param>
    /// <param name="position">Of the crop's length, see <see cref="CropOptions.PositionOf"/>.</param>
    /// <param name="share">What the target is multiplied by.</param>
    public void AddTo(Span<float> target, int utterance, int speed, double position, float share)
    {
        var at = ((utterance * _speeds) + speed) * Dimension;
        var toLong = (float)position;
        TensorPrimitives.MultiplyAdd(_short.AsSpan(at, Dimension), (1 - toLong) * share, target, target);
        TensorPrimitives.MultiplyAdd(_long.AsSpan(at, Dimension), toLong * share, target, target);
    }

    /// <param name="ofShort">For the shortest crops: [recordings × speeds, D'], see <see cref="TeacherEmbeddings"/>.</param>
    /// <param name="ofLong">For the longest; null where the length does not matter.</param>
    /// <param name="classes">Speakers with a label, at each speed.</param>
    /// <param name="speakerShare">What the mean of the class weighs in the target, 0 to 1.</param>
    public static TeacherTargets Of(
        BankEmbeddings ofShort, BankEmbeddings? ofLong, IReadOnlyList<SpeakerClass> classes, double speakerShare)
    {
        var rows = Rows(ofShort, classes, speakerShare);
        return new TeacherTargets(
            rows, ofLong is null ? rows : Rows(ofLong, classes, speakerShare), ofShort.Dimension, ofShort.Speeds);
    }

    private static float[] Rows(BankEmbeddings taught, IReadOnlyList<SpeakerClass> classes, double speakerShare)
    {
        var rows = (float[])taught.Rows.Clone();
        Centre(rows, taught.Dimension);
        if (speakerShare > 0)
        {
            foreach (var item in classes)
            {
                DrawTogether(
                    rows, taught.Dimension, [.. item.Utterances.Select(u => (u * taught.Speeds) + item.Speed)],
                    (float)speakerShare);
            }
        }

        return rows;
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
