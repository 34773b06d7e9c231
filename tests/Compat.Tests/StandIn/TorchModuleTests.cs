using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Compat.Tests;

/// <summary>Modules: names, modes, state, and one network against PyTorch.</summary>
[Collection(TorchTests.Name)]
public class TorchModuleTests
{
    [Fact]
    public void Names_AreTheFieldsWithDots()
    {
        using var net = new SmallNetwork(3, 4, 2);

        Assert.Equal(
            [
                "scale", "first.weight", "first.bias", "norm.weight", "norm.bias",
                "more.0.weight", "more.0.bias", "more.1.weight",
            ],
            net.named_parameters().Select(named => named.name));
        Assert.Equal(
            ["table", "norm.running_mean", "norm.running_var", "norm.num_batches_tracked"],
            net.named_buffers().Select(named => named.name));
        Assert.Equal(
            net.named_parameters().Select(named => named.name).Concat(net.named_buffers().Select(named => named.name)),
            net.state_dict().Keys);
        Assert.Equal(["scale"], net.named_parameters(false).Select(named => named.name));
        Assert.Equal(8, net.parameters().Count());
        Assert.Equal(5, net.modules().Count());
        Assert.Contains(net.state_dict(null, "encoder").Keys, key => key == "encoder.first.weight");
    }

    [Fact]
    public void TrainAndEval_ReachEveryModule()
    {
        using var net = new SmallNetwork(3, 4, 2);
        Assert.All(net.modules(), module => Assert.True(module.training));

        net.eval();
        Assert.False(net.training);
        Assert.All(net.modules(), module => Assert.False(module.training));

        net.train();
        Assert.All(net.modules(), module => Assert.True(module.training));
    }

    [Fact]
    public void To_AType_ConvertsParametersInPlace()
    {
        using var scope = torch.NewDisposeScope();
        using var net = new SmallNetwork(3, 4, 2);
        var before = net.call(torch.ones([5, 3])).data<float>().ToArray();

        Assert.Same(net, net.to(torch.ScalarType.Float64));

        var after = net.call(torch.ones([5, 3], torch.ScalarType.Float64)).data<double>().ToArray();
        Assert.Equal(before.Length, after.Length);
        for (var i = 0; i < before.Length; i++) Assert.Equal(before[i], after[i], 1e-5);
        Assert.Equal(torch.ScalarType.Int64, net.state_dict()["norm.num_batches_tracked"].dtype);
    }

    [Fact]
    public void Linear_New_IsDrawnAsPyTorchDraws()
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(5);
        using var linear = torch.nn.Linear(100, 400);
        var weight = linear.state_dict()["weight"].data<float>().ToArray();

        // Uniform within 1 / sqrt(100): deviation 0.1 / sqrt(3); 40,000 draws put the estimate within 2 %.
        Assert.All(weight, value => Assert.InRange(value, -0.1f, 0.1f));
        Assert.Equal(0.1 / Math.Sqrt(3), Math.Sqrt(weight.Average(value => (double)value * value)), 0.001);
        Assert.All(linear.state_dict()["bias"].data<float>().ToArray(), value => Assert.InRange(value, -0.1f, 0.1f));
    }

    [Fact]
    public void Parameter_SharesTheMemoryOfItsData()
    {
        using var scope = torch.NewDisposeScope();
        var data = torch.ones(3);
        using var parameter = new Parameter(data);

        Assert.Equal([2f, 2, 2], torch.autograd.grad([(parameter * 2).sum()], [parameter])[0].data<float>().ToArray());
        data.fill_(4);
        Assert.Equal([4f, 4, 4], parameter.detach().data<float>().ToArray());
    }

    [Fact]
    public void Network_OnePass_GivesPyTorchsLossAndGradients()
    {
        using var scope = torch.NewDisposeScope();
        var golden = TorchGolden.Root.GetProperty("network");
        var inputs = golden.GetProperty("inputs").EnumerateObject()
            .ToDictionary(input => input.Name, input => TorchGolden.Tensor(input.Value), StringComparer.Ordinal);
        using var norm = torch.nn.BatchNorm2d(inputs["bnWeight"].shape[0]);
        using var linear = torch.nn.Linear(inputs["fcWeight"].shape[1], inputs["fcWeight"].shape[0]);
        var leaves = new Dictionary<string, torch.Tensor>(StringComparer.Ordinal)
        {
            ["x"] = inputs["x"].requires_grad_(true),
            ["convWeight"] = inputs["convWeight"].requires_grad_(true),
            ["convBias"] = inputs["convBias"].requires_grad_(true),
            ["bnWeight"] = norm.state_dict()["weight"],
            ["bnBias"] = norm.state_dict()["bias"],
            ["fcWeight"] = linear.state_dict()["weight"],
            ["fcBias"] = linear.state_dict()["bias"],
        };
        using (torch.no_grad())
        {
            foreach (var name in new[] { "bnWeight", "bnBias", "fcWeight", "fcBias" }) leaves[name].copy_(inputs[name]);
        }

        // A convolution along time is one over a plane of height 1.
        var h = torch.nn.functional.conv2d(
            leaves["x"].unsqueeze(2), leaves["convWeight"].unsqueeze(2), leaves["convBias"], [1, 1], [0, 2], [1, 2]);
        var logits = linear.call(norm.call(h).relu().mean(new long[] { 2, 3 }));
        var loss = torch.nn.functional.cross_entropy(logits, inputs["target"]);

        var outputs = golden.GetProperty("outputs");
        TorchGolden.AssertEqual(outputs.GetProperty("logits"), logits);
        TorchGolden.AssertEqual(outputs.GetProperty("loss"), loss);
        TorchGolden.AssertEqual(outputs.GetProperty("runningMean"), norm.state_dict()["running_mean"]);
        TorchGolden.AssertEqual(outputs.GetProperty("runningVar"), norm.state_dict()["running_var"]);
        Assert.Equal(1, norm.state_dict()["num_batches_tracked"].item<long>());
        var names = leaves.Keys.ToList();
        var gradients = torch.autograd.grad([loss], [.. leaves.Values]);
        for (var i = 0; i < names.Count; i++)
        {
            var expected = golden.GetProperty("gradients").GetProperty(names[i]);
            TorchGolden.AssertEqual(expected, gradients[i], 1e-5, names[i]);
        }
    }

    private sealed class SmallNetwork : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly Parameter scale;
        private readonly torch.Tensor table;
        private readonly Linear first;
        private readonly BatchNorm1d norm;
        private readonly ModuleList<Linear> more;

        public SmallNetwork(long inputs, long width, long outputs)
            : base(nameof(SmallNetwork))
        {
            scale = new Parameter(torch.ones(1));
            table = torch.zeros([1]);
            first = torch.nn.Linear(inputs, width);
            norm = torch.nn.BatchNorm1d(width);
            more = torch.nn.ModuleList(torch.nn.Linear(width, width), torch.nn.Linear(width, outputs, false));
            RegisterComponents();
        }

        public override torch.Tensor forward(torch.Tensor input)
        {
            var x = norm.call(first.call(input)).relu();
            for (var i = 0; i < more.Count; i++) x = more[i].call(x);
            return (x * scale) + table;
        }
    }
}
