using System.IO.Compression;
using System.Reflection;
using System.Runtime.InteropServices;
using Speaker.Build;
using TorchSharp;

namespace Speaker.Training.Tests.Build;

/// <summary>The tensor library as the build puts it beside a program.</summary>
public class TorchNativesTests
{
    private const string Wrapper = "libLibTorchSharp.so";
    private const string Provider = "libstdc++.so.6";
    private const string Version = "GLIBCXX_3.4.32";

    private static readonly string Package = typeof(TorchNativesTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "TorchSharpPackage").Value!;

    private static readonly string PackagedWrapper = Path.Combine(Package, "runtimes/linux-x64/native", Wrapper);

    [Fact]
    public void OutputFolder_ItsLibraries_AreTheOnesThatLoadAndCompute()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Equal(11, torch.tensor([1.0, 2]).matmul(torch.tensor([3.0, 4])).item<double>());
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
        {
            return;
        }

        var loaded = File.ReadLines("/proc/self/maps").Select(line => line.Split(' ')[^1])
            .Where(path => Path.GetFileName(path).Contains("torch", StringComparison.OrdinalIgnoreCase)
                && path.EndsWith(".so", StringComparison.Ordinal))
            .Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(
            new[] { Wrapper, "libtorch.so", "libtorch_cpu.so" }.Select(name => Path.Combine(AppContext.BaseDirectory, name)),
            loaded);
    }

    [Fact]
    public void OutputFolder_WrapperOfTheTensorLibrary_DiffersByTheWeakNeedAtMost()
    {
        if (!File.Exists(PackagedWrapper) || !RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
        {
            return;
        }

        var packaged = File.ReadAllBytes(PackagedWrapper);
        var used = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, Wrapper));
        var changed = Enumerable.Range(0, packaged.Length).Where(i => packaged[i] != used[i]).ToArray();
        Assert.Equal(packaged.Length, used.Length);
        if (NativeLibrary.TryGetExport(NativeLibrary.Load(Provider), "_ZSt21ios_base_library_initv", out _))
        {
            Assert.Empty(changed);
            return;
        }

        // VER_FLG_WEAK, in the flags of one entry; there is no second one to mark.
        Assert.Equal((0, 2), (packaged[Assert.Single(changed)], used[changed[0]]));
        Assert.Equal(0, StageTorchNatives.MakeWeak(used, Provider, Version));
    }

    [Fact]
    public void PackageCache_WrapperOfTheTensorLibrary_IsAsItWasPacked()
    {
        if (Directory.GetFiles(Package, "*.nupkg") is not [var path])
        {
            return;
        }

        using var archive = ZipFile.OpenRead(path);
        using var packed = archive.GetEntry("runtimes/linux-x64/native/" + Wrapper)!.Open();
        using var bytes = new MemoryStream();
        packed.CopyTo(bytes);
        Assert.Equal(bytes.ToArray(), File.ReadAllBytes(PackagedWrapper));
    }
}
