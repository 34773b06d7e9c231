using TorchSharp;

namespace Speaker.Training.Runs;

/// <summary>What a run computes on.</summary>
internal static class TrainingDevice
{
    public const string Cpu = "cpu";

    public const string Cuda = "cuda";

    /// <summary>The names that <see cref="Of"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [Cpu, Cuda];

    /// <exception cref="ModelException">It is not there.</exception>
    public static torch.Device Of(string name)
    {
        if (name != Cuda)
        {
            return torch.CPU;
        }

        return torch.cuda.is_available()
            ? torch.CUDA
            : throw new ModelException(
                "device is 'cuda', and libtorch finds no graphics processor of NVIDIA's here. Train on one with a build for "
                + "it (-p:Torch=cuda), or leave --device out to train on the processor.");
    }
}
