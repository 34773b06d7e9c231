namespace Speaker.Compat.Tests;

/// <summary>Tests that make tensors run one after another: some of them count what is alive.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchTests
{
    public const string Name = "torch";
}
