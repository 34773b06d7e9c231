using Speaker.Compat.Tests.Support;

namespace Speaker.Compat.Tests;

/// <summary>The same features from every machine: 16 lanes, 8, 4, and no vector instructions at all.</summary>
public sealed class MfccVectorWidthTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mfcc-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("DOTNET_MaxVectorTBitWidth", "512", 4, 16)]
    [InlineData("DOTNET_EnableAVX512", "0", 4, 8)]
    [InlineData("DOTNET_EnableFMA", "0", 4, 8)]
    [InlineData("DOTNET_EnableAVX2", "0", 4, 4)]
    [InlineData("DOTNET_EnableAVX", "0", 4, 4)]
    [InlineData("DOTNET_EnableHWIntrinsic", "0", 4, 4)]
    public void ComputeFrom_OtherInstructions_GivesTheSameFeatures(string variable, string value, int least, int most)
    {
        var here = MfccProcess.Features();

        var (there, lanes) = MfccProcess.Run(variable, value, Path.Combine(folder, "features"));

        Assert.InRange(lanes, least, most);
        Assert.Equal(here, there);
    }
}
