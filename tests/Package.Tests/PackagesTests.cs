using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using Speaker.Package.Tests.Support;

namespace Speaker.Package.Tests;

/// <summary>What lies inside the packages.</summary>
[Collection(PackedSamplesTests.Name)]
public sealed class PackagesTests(PackedSamples samples)
{
    public static TheoryData<string> Packages => ["Speaker.Audio", "Speaker", "Speaker.Postgres", "Speaker.Training"];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Package_Each_HasAssemblyDocumentationLicenceReadmeAndSymbols(string name)
    {
        _ = samples;
        using var package = Open(name, "nupkg");
        foreach (var file in (string[])[$"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml", "LICENSE", "README.md"])
        {
            Assert.NotNull(package.GetEntry(file));
        }

        using var symbols = Open(name, "snupkg");
        Assert.NotNull(symbols.GetEntry($"lib/net10.0/{name}.pdb"));

        var specification = XDocument.Load(package.GetEntry(name + ".nuspec")!.Open()).Root!.Elements().Single();
        string? Value(string element) =>
            specification.Elements().SingleOrDefault(each => each.Name.LocalName == element)?.Value;
        Assert.Equal("LICENSE", Value("license"));
        Assert.Equal("README.md", Value("readme"));
        Assert.Equal("The Speaker authors", Value("authors"));
        Assert.Null(Value("projectUrl"));
        Assert.NotEmpty(Value("description")!);
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Package_Each_HoldsNoPathOfTheMachineThatMadeIt(string name)
    {
        foreach (var (kind, file) in ((string, string)[])[("nupkg", ".dll"), ("snupkg", ".pdb")])
        {
            using var package = Open(name, kind);
            using var bytes = new MemoryStream();
            package.GetEntry($"lib/net10.0/{name}{file}")!.Open().CopyTo(bytes);
            Assert.Equal(-1, bytes.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(Repository.Root)));
        }
    }

    [Fact]
    public void Speaker_TheModelsThatShip_AreInsideWithTheirTerms()
    {
        using var package = Open("Speaker", "nupkg");
        Assert.NotNull(package.GetEntry("MODEL-LICENSE.md"));
        Assert.NotNull(package.GetEntry("model/licences.json"));
        Assert.NotNull(package.GetEntry("model/accurate.md"));
        Assert.NotNull(package.GetEntry("model/fast.md"));

        Assert.Equal(
            Directory.GetFiles(Repository.File("models"), "*.safetensors").Select(Path.GetFileName)
                .Append("accurate.json").Append("fast.json").Select(file => "models/" + file).Order(StringComparer.Ordinal),
            typeof(SpeakerRecognizer).Assembly.GetManifestResourceNames()
                .Where(resource => resource.StartsWith("models/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
    }

    private static ZipArchive Open(string name, string kind) => ZipFile.OpenRead(
        Directory.GetFiles(PackedSamples.Packages, $"{name}.*.{kind}")
            .Single(path => char.IsDigit(Path.GetFileName(path)[name.Length + 1])));
}
