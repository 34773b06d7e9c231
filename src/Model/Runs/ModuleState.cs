using TorchSharp;

namespace Speaker.Training.Runs;

/// <summary>A module's parameters and buffers by name, the tensors themselves.</summary>
internal static class ModuleState
{
    public static Dictionary<string, torch.Tensor> Of(torch.nn.Module module, string prefix = "")
    {
        var state = new Dictionary<string, torch.Tensor>(StringComparer.Ordinal);
        foreach (var (name, parameter) in module.named_parameters())
        {
            state.Add(prefix + name, parameter);
        }

        foreach (var (name, buffer) in module.named_buffers())
        {
            state.Add(prefix + name, buffer);
        }

        return state;
    }

    /// <summary>Copies values into tensors of the same names.</summary>
    /// <exception cref="ModelException">A name is missing or a shape differs.</exception>
    public static void Copy(
        IReadOnlyDictionary<string, torch.Tensor> from, IReadOnlyDictionary<string, torch.Tensor> to)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var (name, target) in to)
        {
            if (!from.TryGetValue(name, out var source))
            {
                throw new ModelException($"The tensor {name} is missing: the file is of another network.");
            }

            if (!source.shape.AsSpan().SequenceEqual(target.shape))
            {
                throw new ModelException(
                    $"The tensor {name} has shape [{string.Join(", ", source.shape)}] where the network has "
                    + $"[{string.Join(", ", target.shape)}]: the file is of another network.");
            }

            target.copy_(source);
        }
    }
}
