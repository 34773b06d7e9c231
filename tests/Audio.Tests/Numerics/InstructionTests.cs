using Speaker.Audio.Numerics;

namespace Speaker.Audio.Tests.Numerics;

/// <summary>The same bits from every machine: 16 lanes, 8, 4 without a fused multiply-add, and no vectors.</summary>
public sealed class InstructionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("numerics-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <param name="variable">Of the runtime, set in a process of its own.</param>
    /// <param name="value">What it is set to.</param>
    /// <param name="most">Lanes that there may be then. One more of .NET 10's switches changes nothing else: a fused
    /// multiply-add comes and goes with AVX2.</param>
    /// <param name="mostOfVector">Lanes that a vector of the machine's own width may have then.</param>
    [Theory]
    [InlineData("DOTNET_MaxVectorTBitWidth", "512", 16, 16)]
    [InlineData("DOTNET_MaxVectorTBitWidth", "128", 16, 4)]
    [InlineData("DOTNET_EnableAVX512", "0", 8, 8)]
    [InlineData("DOTNET_EnableAVX2", "0", 4, 4)]
    [InlineData("DOTNET_EnableHWIntrinsic", "0", 1, 4)]
    public void Kernels_OtherInstructions_GiveTheSameBits(string variable, string value, int most, int mostOfVector)
    {
        var here = NumericsProcess.Compute();

        var (there, lanes, vectorLanes) = NumericsProcess.Run(variable, value, Path.Combine(_folder, "numbers"));

        Assert.InRange(lanes, 1, most);
        Assert.InRange(vectorLanes, 4, mostOfVector);
        Assert.Equal(Lanes512.IsSupported && value == "512" ? 16 : vectorLanes, vectorLanes);
        Bits.AssertEqual(here, there);
    }
}
