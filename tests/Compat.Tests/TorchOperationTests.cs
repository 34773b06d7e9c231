using System.Text.Json;
using TorchSharp;

namespace Speaker.Compat.Tests;

/// <summary>Every operation against PyTorch: values, and gradients where there are any.</summary>
[Collection(TorchTests.Name)]
public class TorchOperationTests
{
    public static TheoryData<string> Cases => [.. TorchGolden.Root.GetProperty("cases").EnumerateArray()
        .Select(entry => entry.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Operation_OnGoldenInputs_GivesWhatPyTorchGives(string name)
    {
        using var scope = torch.NewDisposeScope();
        var golden = TorchGolden.Named("cases", name);
        var tolerance = golden.TryGetProperty("tolerance", out var own) ? own.GetDouble() : 1e-5;
        var inputs = golden.GetProperty("inputs").EnumerateObject()
            .ToDictionary(input => input.Name, input => TorchGolden.Tensor(input.Value), StringComparer.Ordinal);
        var gradients = golden.TryGetProperty("gradients", out var expected)
            ? expected.EnumerateObject().ToList()
            : [];
        foreach (var gradient in gradients) inputs[gradient.Name].requires_grad_(true);

        var outputs = Apply(golden.GetProperty("op").GetString()!, inputs, golden.GetProperty("arguments"));

        foreach (var output in golden.GetProperty("outputs").EnumerateObject())
        {
            TorchGolden.AssertEqual(output.Value, outputs[output.Name], tolerance, output.Name);
        }

        if (gradients.Count == 0) return;
        var weights = TorchGolden.Tensor(golden.GetProperty("outputGradient"));
        var leaves = gradients.ConvertAll(
            gradient => outputs.GetValueOrDefault("leaf " + gradient.Name, inputs[gradient.Name]));
        var computed = torch.autograd.grad([(outputs["output"] * weights).sum()], leaves);
        for (var i = 0; i < leaves.Count; i++)
        {
            TorchGolden.AssertEqual(gradients[i].Value, computed[i], tolerance, "gradient of " + gradients[i].Name);
        }
    }

    private static Dictionary<string, torch.Tensor> Apply(
        string operation, Dictionary<string, torch.Tensor> inputs, JsonElement arguments)
    {
        torch.Tensor X() => inputs["x"];
        torch.Tensor A() => inputs["a"];
        torch.Tensor B() => inputs["b"];
        long Long(string name) => arguments.GetProperty(name).GetInt64();
        long[] Longs(string name) => TorchGolden.Longs(arguments.GetProperty(name));
        Dictionary<string, torch.Tensor> One(torch.Tensor output) =>
            new(StringComparer.Ordinal) { ["output"] = output };

        return operation switch
        {
            "relu" => One(X().relu()),
            "sigmoid" => One(X().sigmoid()),
            "sqrt" => One(X().sqrt()),
            "tanh" => One(X().tanh()),
            "clamp_min" => One(X().clamp_min(arguments.GetProperty("minimum").GetDouble())),
            "add" => One(A() + B()),
            "sub" => One(A() - B()),
            "mul" => One(A() * B()),
            "matmul" => One(A().matmul(B())),
            "softmax" => One(X().softmax(Long("dim"))),
            "argmax" => One(X().argmax(Long("dim"))),
            "mean" => One(arguments.TryGetProperty("dim", out _)
                ? X().mean(Longs("dim"), arguments.GetProperty("keepdim").GetBoolean())
                : X().mean()),
            "sum" => One(arguments.TryGetProperty("dim", out _)
                ? X().sum(Longs("dim"), arguments.GetProperty("keepdim").GetBoolean())
                : X().sum()),
            "transpose" => One(X().transpose(Long("a"), Long("b"))),
            "narrow" => One(X().narrow(Long("dim"), Long("start"), Long("length"))),
            "index_select" => One(X().index_select(Long("dim"), inputs["index"])),
            "gather" => One(X().gather(Long("dim"), inputs["index"])),
            "cat" => One(torch.cat([A(), B()], Long("dim"))),
            "where" => One(torch.where(inputs["condition"], A(), B())),
            "masked_fill" => One(X().masked_fill(inputs["mask"], TorchGolden.Number(arguments.GetProperty("value")))),
            "conv2d" => One(torch.nn.functional.conv2d(
                X(),
                inputs["weight"],
                inputs["bias"],
                Longs("stride"),
                Longs("padding"),
                Longs("dilation"),
                Long("groups"))),
            "cross_entropy" => One(torch.nn.functional.cross_entropy(
                X(),
                inputs["target"],
                inputs.GetValueOrDefault("weight"),
                -100,
                arguments.GetProperty("reduction").GetString() switch
                {
                    "mean" => torch.nn.Reduction.Mean,
                    "sum" => torch.nn.Reduction.Sum,
                    _ => torch.nn.Reduction.None,
                },
                arguments.GetProperty("smoothing").GetDouble())),
            "statistics" => One(Statistics(X(), inputs["w"])),
            "linear" => Linear(inputs),
            "batch_norm" => BatchNorm(inputs, arguments),
            _ => throw new InvalidDataException($"no such operation: {operation}"),
        };
    }

    private static torch.Tensor Statistics(torch.Tensor x, torch.Tensor weights)
    {
        var mean = (x * weights).sum(2);
        var deviation = ((x * x * weights).sum(2) - (mean * mean)).clamp_min(1e-6).sqrt();
        return torch.cat([mean, deviation], 1);
    }

    private static Dictionary<string, torch.Tensor> Linear(Dictionary<string, torch.Tensor> inputs)
    {
        var (outputs, width) = (inputs["weight"].shape[0], inputs["weight"].shape[1]);
        return Module(torch.nn.Linear(width, outputs, inputs.ContainsKey("bias")), inputs, []);
    }

    private static Dictionary<string, torch.Tensor> BatchNorm(
        Dictionary<string, torch.Tensor> inputs, JsonElement arguments)
    {
        var epsilon = arguments.GetProperty("eps").GetDouble();
        var momentum = arguments.GetProperty("momentum").GetDouble();
        var features = inputs["x"].shape[1];
        torch.nn.Module<torch.Tensor, torch.Tensor> module = inputs["x"].shape.Length == 4
            ? torch.nn.BatchNorm2d(features, epsilon, momentum)
            : torch.nn.BatchNorm1d(features, epsilon, momentum);
        module.train(arguments.GetProperty("training").GetBoolean());
        return Module(
            module,
            inputs,
            new(StringComparer.Ordinal) { ["runningMean"] = "running_mean", ["runningVar"] = "running_var" });
    }

    /// <summary>Gives a module the golden parameters and buffers, and calls it.</summary>
    private static Dictionary<string, torch.Tensor> Module(
        torch.nn.Module<torch.Tensor, torch.Tensor> module,
        Dictionary<string, torch.Tensor> inputs,
        Dictionary<string, string> buffers)
    {
        var state = module.state_dict();
        var result = new Dictionary<string, torch.Tensor>(StringComparer.Ordinal);
        using (torch.no_grad())
        {
            foreach (var (name, value) in inputs)
            {
                if (name == "x") continue;
                var own = state[buffers.GetValueOrDefault(name, name)];
                own.copy_(value);
                result[buffers.ContainsKey(name) ? name : "leaf " + name] = own;
            }
        }

        result["output"] = module.call(inputs["x"]);
        return result;
    }
}
