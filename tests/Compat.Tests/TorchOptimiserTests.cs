using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Compat.Tests;

/// <summary>AdamW against PyTorch; its state saved and resumed bit for bit; clipping.</summary>
[Collection(TorchTests.Name)]
public class TorchOptimiserTests
{
    public static TheoryData<string> Runs => [.. TorchGolden.Root.GetProperty("optimizers").EnumerateArray()
        .Select(entry => entry.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Runs))]
    public void AdamW_FiveSteps_FollowsPyTorch(string name)
    {
        using var scope = torch.NewDisposeScope();
        var golden = TorchGolden.Named("optimizers", name);
        var inputs = golden.GetProperty("inputs");
        var x = TorchGolden.Tensor(inputs.GetProperty("x"));
        var target = TorchGolden.Tensor(inputs.GetProperty("target"));
        using var weight = new Parameter(TorchGolden.Tensor(inputs.GetProperty("weight")));
        using var bias = new Parameter(TorchGolden.Tensor(inputs.GetProperty("bias")));
        double Argument(string key) => golden.GetProperty("arguments").GetProperty(key).GetDouble();
        using var optimiser = torch.optim.AdamW([new AdamW.ParamGroup(
            [weight, bias],
            Argument("lr"),
            Argument("beta1"),
            Argument("beta2"),
            Argument("eps"),
            Argument("weight_decay"))]);

        foreach (var step in golden.GetProperty("steps").EnumerateArray())
        {
            var error = x.matmul(weight.transpose(0, 1)) + bias - target;
            var loss = (error * error).mean();
            optimiser.zero_grad();
            loss.backward();
            optimiser.step();

            Assert.Equal(step.GetProperty("loss").GetDouble(), loss.item<float>(), 1e-5);
            TorchGolden.AssertEqual(step.GetProperty("weight"), weight);
            TorchGolden.AssertEqual(step.GetProperty("bias"), bias);
        }
    }

    [Fact]
    public void SavedState_LoadedIntoAFreshOptimiser_GoesOnBitForBit()
    {
        using var scope = torch.NewDisposeScope();
        using var whole = new Run();
        whole.Steps(6);

        using var first = new Run();
        first.Steps(3);
        var saved = new MemoryStream();
        using (var writer = new BinaryWriter(saved, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            first.Optimiser.save_state_dict(writer);
        }

        using var second = new Run();
        using (torch.no_grad()) second.Weight.copy_(first.Weight);
        saved.Position = 0;
        using (var reader = new BinaryReader(saved)) second.Optimiser.load_state_dict(reader);
        second.Steps(3);

        Assert.Equal(whole.Values, second.Values);
        Assert.NotEqual(first.Values, second.Values);
    }

    [Fact]
    public void LearningRate_SetOnAGroup_IsTheNextSteps()
    {
        using var scope = torch.NewDisposeScope();
        using var run = new Run();
        foreach (var group in run.Optimiser.ParamGroups) group.LearningRate = 0;
        var before = run.Values;
        run.Steps(1);
        Assert.Equal(before, run.Values);

        foreach (var group in run.Optimiser.ParamGroups) group.LearningRate = 0.25;
        run.Steps(1);
        Assert.NotEqual(before, run.Values);
    }

    [Fact]
    public void ZeroGrad_BeforeStep_LeavesTheParameters()
    {
        using var scope = torch.NewDisposeScope();
        using var weight = new Parameter(torch.ones(2));
        using var optimiser = torch.optim.AdamW([new AdamW.ParamGroup([weight], 0.1)]);
        (weight * 3).sum().backward();

        optimiser.zero_grad();
        optimiser.step();

        Assert.Equal([1f, 1], weight.detach().data<float>().ToArray());
    }

    [Fact]
    public void Step_WithAClosure_GivesItsLoss()
    {
        using var scope = torch.NewDisposeScope();
        using var weight = new Parameter(torch.ones(2));
        using var optimiser = torch.optim.AdamW([new AdamW.ParamGroup([weight], 0.1)]);

        var loss = optimiser.step(() =>
        {
            var sum = (weight * 3).sum();
            sum.backward();
            return sum;
        });

        Assert.Equal(6, loss!.item<float>());
        Assert.All(weight.detach().data<float>().ToArray(), value => Assert.InRange(value, 0.89f, 0.91f));
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(100.0)]
    public void ClipGradNorm_ScalesTogetherAndGivesTheNormBefore(double most)
    {
        using var scope = torch.NewDisposeScope();
        using var a = new Parameter(torch.zeros([2]));
        using var b = new Parameter(torch.zeros([1]));
        using var untouched = new Parameter(torch.zeros([1]));
        using var optimiser = torch.optim.AdamW([new AdamW.ParamGroup([a, b], 1, 0, 0, 1e9)]);
        ((a * torch.tensor(new[] { 3f, 4 })).sum() + (b * 12).sum()).backward();

        var norm = torch.nn.utils.clip_grad_norm_([a, b, untouched], most);

        // With betas of 0 and a huge epsilon the step is the gradient over epsilon.
        optimiser.step();
        Assert.Equal(13, norm, 1e-5);
        var factor = Math.Min(1, most / 13);
        var step = a.detach().data<float>().ToArray();
        Assert.Equal(-3 * factor * 1e-9, step[0], 1e-13);
        Assert.Equal(-4 * factor * 1e-9, step[1], 1e-13);
        Assert.Equal(-12 * factor * 1e-9, b.detach().data<float>().ToArray()[0], 1e-13);
    }

    private sealed class Run : IDisposable
    {
        private readonly torch.Tensor target = torch.tensor(new[] { 0.5f, -1, 2 });

        public Parameter Weight { get; } = new(torch.tensor(new[] { 1f, 2, 3 }));

        public AdamW Optimiser { get; }

        public Run() => Optimiser = torch.optim.AdamW([new AdamW.ParamGroup([Weight], 0.05, 0.9, 0.99, 1e-8, 0.1)]);

        public float[] Values => Weight.detach().data<float>().ToArray();

        public void Steps(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var error = Weight - target;
                Optimiser.zero_grad();
                (error * error).sum().backward();
                Optimiser.step();
            }
        }

        public void Dispose()
        {
            Optimiser.Dispose();
            Weight.Dispose();
        }
    }
}
