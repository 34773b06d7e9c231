namespace Speaker.Audio.Tests.Numerics;

/// <summary>The same bits from every machine: 16 lanes, 8, 4 without a fused multiply-add, and no vectors at all.</summary>
public sealed class InstructionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("numerics-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <param name="variable">Of the runtime, set to 0 in a process of its own.</param>
    /// <param name="most">Lanes that there may be then. One more of .NET 10's switches changes nothing else: a fused
    /// multiply-add comes and goes with AVX2.</param>
    [Theory]
    [InlineData("DOTNET_EnableAVX512", 8)]
    [InlineData("DOTNET_EnableAVX2", 4)]
    [InlineData("DOTNET_EnableHWIntrinsic", 1)]
    public void Kernels_OtherInstructions_GiveTheSameBits(string variable, int most)
    {
        var here = NumericsProcess.Compute();

        var (there, lanes) = NumericsProcess.Run(variable, Path.Combine(_folder, "numbers"));

        Assert.InRange(lanes, 1, most);
        Bits.AssertEqual(here, there);
    }
}
