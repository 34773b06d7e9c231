using Mono.Cecil;

namespace Speaker.Host.Tests.Architecture;

/// <summary>The one direction of the sources: Audio, Recognition, then Model and the command line, then the programs. No
/// namespace uses one that uses it.</summary>
public sealed class NamespaceTests
{
    /// <summary>Each product assembly with the product assemblies that it may use.</summary>
    private static readonly Dictionary<string, string[]> Directions = new()
    {
        ["Speaker.Audio"] = [],
        ["Speaker"] = ["Speaker.Audio"],
        ["Speaker.Training"] = ["Speaker.Audio", "Speaker"],
        ["Speaker.CommandLine"] = ["Speaker.Audio", "Speaker"],
        ["Speaker.Host"] = ["Speaker.Audio", "Speaker", "Speaker.CommandLine"],
        ["speaker-train"] = ["Speaker.Audio", "Speaker", "Speaker.CommandLine", "Speaker.Training"],
    };

    [Fact]
    public void Namespaces_OfTheProduct_AreNotOnACycle()
    {
        var graph = new NamespaceGraph(Directions.Keys.Select(PathOf), IsOfTheProduct);

        Assert.InRange(graph.Namespaces.Count(), 20, 200);
        Assert.Empty(graph.Cycles());
    }

    [Fact]
    public void Assemblies_OfTheProduct_UseOnlyThoseBelow() => Assert.All(Directions, direction =>
    {
        using var assembly = AssemblyDefinition.ReadAssembly(PathOf(direction.Key));
        Assert.Subset(
            direction.Value.ToHashSet(),
            assembly.MainModule.AssemblyReferences.Select(reference => reference.Name)
                .Where(Directions.ContainsKey).ToHashSet());
    });

    [Fact]
    public void Namespaces_OfTheProduct_AreInOneAssemblyEach()
    {
        var homes = Directions.Keys.SelectMany(name =>
        {
            using var assembly = AssemblyDefinition.ReadAssembly(PathOf(name));
            return assembly.MainModule.Types.Select(type => type.Namespace).Where(IsOfTheProduct).Distinct()
                .Select(space => (Namespace: space, Assembly: name)).ToArray();
        });

        Assert.All(homes.GroupBy(home => home.Namespace), home => Assert.Single(home));
    }

    /// <summary>The oracle of the oracle: a cycle by each of the ways in which one type can use another.</summary>
    [Theory]
    [InlineData("Bases")]
    [InlineData("Fields")]
    [InlineData("Signatures")]
    [InlineData("Bodies")]
    [InlineData("TypeArguments")]
    [InlineData("Constraints")]
    [InlineData("Attributes")]
    [InlineData("Catches")]
    [InlineData("Lambdas")]
    [InlineData("Async")]
    [InlineData("Children")]
    [InlineData("Three")]
    public void Cycles_OfTwoNamespacesThatUseEachOther_AreFound(string kind)
    {
        var cycle = Assert.Single(Samples(kind).Cycles());

        Assert.Contains($"Samples.{kind}", cycle, StringComparison.Ordinal);
        Assert.Contains("Upper uses Lower", cycle, StringComparison.Ordinal);
    }

    [Fact]
    public void Cycles_OfNamespacesInOneDirection_AreNone() => Assert.Empty(Samples("Straight").Cycles());

    private static NamespaceGraph Samples(string kind)
    {
        var root = $"{typeof(NamespaceTests).Namespace}.Samples.{kind}";
        return new NamespaceGraph(
            [typeof(NamespaceTests).Assembly.Location],
            space => space == root || space.StartsWith(root + ".", StringComparison.Ordinal));
    }

    private static bool IsOfTheProduct(string space) =>
        space == "Speaker" || space.StartsWith("Speaker.", StringComparison.Ordinal);

    private static string PathOf(string assembly) => Path.Combine(AppContext.BaseDirectory, assembly + ".dll");
}
