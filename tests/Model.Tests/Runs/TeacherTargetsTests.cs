using Speaker.Training.Runs;
using Speaker.Training.Sampling;

namespace Speaker.Training.Tests.Runs;

public class TeacherTargetsTests
{
    private const int Dimension = 3;
    private const int Speeds = 2;

    /// <summary>Five recordings at two speeds; the third has no speech at the second speed.</summary>
    private static readonly double[][] _rows =
    [
        [1, 0, 0], [0.6, 0.8, 0], [0, 1, 0], [0, 0.6, 0.8], [0, 0, 1], [0, 0, 0],
        [0.8, 0, 0.6], [0, 0.8, -0.6], [-1, 0, 0], [0.6, 0, -0.8],
    ];

    private static readonly SpeakerClass[] _classes =
        [new(0, 0, "c", [0, 1], 1), new(0, 1, "c", [0, 1], 1), new(1, 0, "c", [2], 1)];

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(1)]
    public void Of_Embeddings_AreCentredAndDrawnToTheirSpeaker(double share)
    {
        var targets = TeacherTargets.Of(Taught(), null, _classes, share);
        for (var recording = 0; recording < 5; recording++)
        {
            for (var speed = 0; speed < Speeds; speed++)
            {
                var expected = Expected(recording, speed, share);
                var target = Target(targets, recording, speed, position: 0.4);
                for (var i = 0; i < Dimension; i++)
                {
                    Assert.Equal(expected[i], target[i], 1e-6);
                }
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(1)]
    public void AddTo_TargetsByLength_GoesFromTheShortestToTheLongest(double position)
    {
        var targets = TeacherTargets.Of(Taught(), Taught(factor: -1), [], 0);

        var target = Target(targets, 1, 1, position);

        // What is turned round has the opposite target.
        var own = Expected(1, 1, 0);
        for (var i = 0; i < Dimension; i++)
        {
            Assert.Equal(own[i] * (1 - (2 * position)), target[i], 1e-6);
        }
    }

    private static BankEmbeddings Taught(float factor = 1) => new(
        [.. _rows.SelectMany(row => row).Select(value => factor * (float)value)], Dimension, Speeds);

    private static float[] Target(TeacherTargets targets, int recording, int speed, double position)
    {
        var target = new float[Dimension];
        targets.AddTo(target, recording, speed, position, 1);
        return target;
    }

    private static double[] Expected(int recording, int speed, double share)
    {
        var own = Centred(_rows[(recording * Speeds) + speed]);
        var members = _classes.FirstOrDefault(c => c.Speed == speed && c.Utterances.Contains(recording));
        if (members is null)
        {
            return own;
        }

        var all = members.Utterances.Select(u => Centred(_rows[(u * Speeds) + speed])).ToArray();
        var mean = Unit([.. Enumerable.Range(0, Dimension).Select(i => all.Average(row => row[i]))]);
        return Unit([.. own.Zip(mean, (a, b) => ((1 - share) * a) + (share * b))]);
    }

    private static double[] Centred(double[] row)
    {
        var heard = _rows.Where(r => r.Any(value => value != 0)).ToArray();
        return row.All(value => value == 0)
            ? row
            : Unit([.. row.Select((value, i) => value - heard.Average(r => r[i]))]);
    }

    private static double[] Unit(double[] row)
    {
        var norm = Math.Sqrt(row.Sum(value => value * value));
        return norm == 0 ? row : [.. row.Select(value => value / norm)];
    }
}
