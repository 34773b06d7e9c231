using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Tests.Tensors;

public class TensorArithmeticTests
{
    private static readonly double[] X = [-1.5, 0, 0.25, 3];
    private static readonly double[] Y = [2, -4, 0.5, 8];

    private static readonly Dictionary<string, (Func<torch.Tensor, torch.Tensor, torch.Tensor>, Func<double, double, double>)>
        Operations = new()
        {
            ["plus a tensor"] = ((x, y) => x.Plus(y), (x, y) => x + y),
            ["plus"] = ((x, _) => x.Plus(0.75), (x, _) => x + 0.75),
            ["minus"] = ((x, _) => x.Minus(0.75), (x, _) => x - 0.75),
            ["subtracted from"] = ((x, _) => x.SubtractedFrom(0.75), (x, _) => 0.75 - x),
            ["times"] = ((x, _) => x.Times(-2.5), (x, _) => x * -2.5),
            ["divided by"] = ((x, _) => x.DividedBy(8), (x, _) => x / 8),
            ["clamp"] = ((x, _) => x.ClampMin(0.125), (x, _) => Math.Max(x, 0.125)),
            ["equal"] = ((x, _) => x.EqualTo(0.25), (x, _) => x == 0.25 ? 1 : 0),
            ["less or equal"] = ((x, _) => x.LessOrEqual(0.25), (x, _) => x <= 0.25 ? 1 : 0),
            ["greater"] = ((x, _) => x.GreaterThan(0.25), (x, _) => x > 0.25 ? 1 : 0),
            ["masked"] = (
                (x, y) => x.MaskedFill(y.GreaterThan(1), double.NegativeInfinity),
                (x, y) => y > 1 ? double.NegativeInfinity : x),
            ["add a tensor in place"] = ((x, y) => x.AddInPlace(y), (x, y) => x + y),
            ["add a multiple in place"] = ((x, y) => x.AddInPlace(y, -0.5), (x, y) => x - (0.5 * y)),
            ["add in place"] = ((x, _) => x.AddInPlace(0.75), (x, _) => x + 0.75),
            ["add a product in place"] = ((x, y) => x.AddProductInPlace(y, y, 0.5), (x, y) => x + (0.5 * y * y)),
            ["add a quotient in place"] = ((x, y) => x.AddQuotientInPlace(y, y, 0.5), (x, _) => x + 0.5),
            ["multiply in place"] = ((x, _) => x.MultiplyInPlace(-2.5), (x, _) => x * -2.5),
            ["fill in place"] = ((x, _) => x.FillInPlace(0.75), (_, _) => 0.75),
        };

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Operation_EqualsTheArithmeticOfNumbers(string name)
    {
        var (ofTensors, ofNumbers) = Operations[name];
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(X, [X.Length]);
        var result = ofTensors(x, torch.tensor(Y, [Y.Length]));
        Assert.Equal(
            X.Zip(Y, ofNumbers), result.to_type(torch.ScalarType.Float64).data<double>().ToArray());
        Assert.Equal(
            name.EndsWith("in place", StringComparison.Ordinal) ? result.data<double>().ToArray() : X,
            x.data<double>().ToArray());
    }

    [Fact]
    public void AddInPlace_WholeNumbers_StayWhole()
    {
        using var scope = torch.NewDisposeScope();
        var count = torch.tensor([long.MaxValue - 2, 7]);
        Assert.Equal([long.MaxValue - 1, 8], count.AddInPlace(1L).data<long>().ToArray());
    }

    [Fact]
    public void SubtractedFrom_Gradient_IsMinusOne()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(X, [X.Length]).requires_grad_(true);
        var gradient = torch.autograd.grad([x.SubtractedFrom(1).sum()], [x])[0];
        Assert.All(gradient.data<double>().ToArray(), slope => Assert.Equal(-1, slope));
    }
}
