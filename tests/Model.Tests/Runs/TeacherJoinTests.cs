using Speaker.Models;
using Speaker.Training.Runs;

namespace Speaker.Training.Tests.Runs;

/// <summary>Two teachers, of four and of three numbers, that have heard fifty recordings.</summary>
public sealed class TeacherJoinTests
{
    private const int Recordings = 50;

    /// <summary>The second teacher has nothing of it.</summary>
    private const int Unheard = 7;

    private static readonly double[] Weights = [2, 0.5];

    private static readonly BankEmbeddings[] Teachers = [Random(1, 4), Random(2, 3, Unheard)];

    [Fact]
    public void Join_AllDirections_GivesTheWeightedMeanOfTheCentredCosines()
    {
        var joined = Join(7, []);

        Assert.Equal(7, joined.Dimension);
        Assert.All(Row(joined, Unheard), value => Assert.Equal(0, value));
        double[][][] centred = [.. Teachers.Select(Centred)];
        for (var other = 1; other < Recordings; other++)
        {
            var expected = other == Unheard ? 0
                : (2 * Dot(centred[0][0], centred[0][other]) + (0.5 * Dot(centred[1][0], centred[1][other]))) / 2.5;
            Assert.Equal(expected, Dot(Row(joined, 0), Row(joined, other)), 1e-5);
        }
    }

    [Fact]
    public void Join_FewerDirections_KeepsTheOnesThatDifferMost()
    {
        // The second teacher weighs next to nothing, so the four directions of the first are the ones that stay.
        var joined = new TeacherJoin([1, 1e-6], [], 4, []).Join(Teachers).Short;

        var first = Centred(Teachers[0]);
        for (var other = 1; other < Recordings; other++)
        {
            var expected = other == Unheard ? 0 : Dot(first[0], first[other]);
            Assert.Equal(expected, Dot(Row(joined, 0), Row(joined, other)), 1e-2);
        }
    }

    [Fact]
    public void Join_WeightsByLength_GivesEachLengthItsOwnCosinesInOneSpace()
    {
        var start = Columns([.. Enumerable.Range(0, Recordings).Select(i => Turn(Row(Join(7, []), i)))], 0, 7);

        var (ofShort, ofLong) = new TeacherJoin([2, 0.5], [0.5, 3], 7, [start]).Join(Teachers);

        double[][][] centred = [.. Teachers.Select(Centred)];
        for (var i = 1; i < Recordings; i++)
        {
            if (i == Unheard)
            {
                continue;
            }

            var (first, second) = (Dot(centred[0][0], centred[0][i]), Dot(centred[1][0], centred[1][i]));
            Assert.Equal(((2 * first) + (0.5 * second)) / 2.5, Dot(Row(ofShort, 0), Row(ofShort, i)), 1e-5);
            Assert.Equal(((0.5 * first) + (3 * second)) / 3.5, Dot(Row(ofLong!, 0), Row(ofLong!, i)), 1e-5);
            // One teacher's numbers lie in the same directions in both: a recording is like itself.
            Assert.Equal(
                (Math.Sqrt(2 * 0.5) + Math.Sqrt(0.5 * 3)) / Math.Sqrt(2.5 * 3.5), Dot(Row(ofShort, i), Row(ofLong!, i)), 1e-5);
        }
    }

    /// <summary>A start that makes of each recording what the teachers do, turned and beside another mean, in the two
    /// branches of one encoder.</summary>
    [Fact]
    public void Join_TowardsATurnedStart_IsTheTurnedOne()
    {
        var joined = Join(7, []);
        // Reflections are turned too: the product of two plane rotations and one reflection.
        var turned = Enumerable.Range(0, Recordings).Select(i => Turn(Row(joined, i))).ToArray();
        var started = turned.Select((row, i) => i == Unheard ? row : [.. row.Select(value => value + 0.3)]).ToArray();

        var aligned = Join(7, [Columns(started, 0, 5), Columns(started, 5, 2)]);

        for (var i = 0; i < Recordings; i++)
        {
            for (var k = 0; k < 7; k++)
            {
                Assert.Equal(turned[i][k], aligned.Rows[(i * 7) + k], 1e-4);
            }
        }
    }

    [Fact]
    public void Join_FewRecordings_SaysHowManyAreNeeded()
    {
        BankEmbeddings[] few = [.. Teachers.Select(taught => taught with { Rows = taught.Rows[..(8 * taught.Dimension)] })];

        var message = Assert.Throws<ModelException>(() => new TeacherJoin(Weights, [], 7, []).Join(few)).Message;

        // Of eight the second teacher has seven.
        Assert.Contains("7 recordings with speech are too few", message, StringComparison.Ordinal);
    }

    private static BankEmbeddings Join(int dimension, BankEmbeddings[] start) =>
        new TeacherJoin(Weights, [], dimension, start).Join(Teachers).Short;

    private static BankEmbeddings Random(int seed, int dimension, int unheard = -1)
    {
        var random = new Random(seed);
        var rows = new float[Recordings * dimension];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = i / dimension == unheard ? 0 : (float)(random.NextDouble() - 0.3);
        }

        return new BankEmbeddings(rows, dimension, 1);
    }

    private static double[] Turn(double[] row)
    {
        double[] turned = [.. row];
        Plane(0, 5, 0.7);
        Plane(5, 2, 1.9);
        turned[3] = -turned[3];
        return turned;

        void Plane(int a, int b, double angle) => (turned[a], turned[b]) = (
            (Math.Cos(angle) * turned[a]) - (Math.Sin(angle) * turned[b]),
            (Math.Sin(angle) * turned[a]) + (Math.Cos(angle) * turned[b]));
    }

    private static BankEmbeddings Columns(double[][] rows, int first, int count) => new(
        [.. rows.SelectMany(row => row[first..(first + count)]).Select(value => (float)value)], count, 1);

    /// <summary>Less the mean over the recordings that were heard, of unit length.</summary>
    private static double[][] Centred(BankEmbeddings taught)
    {
        double[][] rows = [.. Enumerable.Range(0, Recordings).Select(i => Row(taught, i))];
        var heard = rows.Where(row => row.Any(value => value != 0)).ToArray();
        return
        [
            .. rows.Select(row =>
            {
                double[] less = [.. row.Select((value, k) => value - heard.Average(other => other[k]))];
                var norm = Math.Sqrt(Dot(less, less));
                return less.Select(value => value / norm).ToArray();
            }),
        ];
    }

    private static double[] Row(BankEmbeddings taught, int recording) =>
        [.. taught.Rows.Skip(recording * taught.Dimension).Take(taught.Dimension).Select(value => (double)value)];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
