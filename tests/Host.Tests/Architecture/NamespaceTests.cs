using Mono.Cecil;

namespace Speaker.Host.Tests.Architecture;

/// <summary>The one direction of the sources: Audio, Recognition, then Model and the command line, then the programs. No
/// namespace uses one that uses it; one may use those within it, or they it.</summary>
public sealed class NamespaceTests
{
    /// <summary>Each product assembly with the product assemblies that it may use.</summary>
    private static readonly Dictionary<string, string[]> Directions = new()
    {
        ["Speaker.Audio"] = [],
        ["Speaker"] = ["Speaker.Audio"],
        ["Speaker.Postgres"] = ["Speaker.Audio", "Speaker"],
        ["Speaker.Training"] = ["Speaker.Audio", "Speaker"],
        ["Speaker.CommandLine"] = ["Speaker.Audio", "Speaker", "Speaker.Postgres"],
        ["Speaker.Host"] = ["Speaker.Audio", "Speaker", "Speaker.CommandLine"],
        ["speaker-train"] = ["Speaker.Audio", "Speaker", "Speaker.CommandLine", "Speaker.Training"],
    };

    /// <summary>
    /// The types that an application calls. They stand in the root namespace of their library, for one <c>using</c>,
    /// beside what the library's parts are called with and answer: options, results, errors. The parts use those; these
    /// use the parts. So they count as a namespace of their own, and no part may use them.
    /// </summary>
    private static readonly HashSet<string> Doors =
    [
        "Speaker.Audio.AudioFile", "Speaker.Audio.AudioFileSource", "Speaker.Audio.AudioInput", "Speaker.Audio.Microphone",
        "Speaker.Audio.SoundDecoder",
        "Speaker.ISpeakerRecognizer", "Speaker.LiveSession", "Speaker.SpeakerRecognizer",
    ];

    [Fact]
    public void Namespaces_OfTheProduct_AreNotOnACycle()
    {
        var graph = new NamespaceGraph(Directions.Keys.Select(PathOf), PlaceOf);

        Assert.InRange(graph.Namespaces.Count(), 20, 200);
        var cycles = graph.Cycles();
        Assert.True(cycles.Count == 0, string.Join(Environment.NewLine, cycles));
    }

    [Fact]
    public void Doors_AreTypesOfTheProduct()
    {
        var types = Directions.Keys.SelectMany(name =>
        {
            using var assembly = AssemblyDefinition.ReadAssembly(PathOf(name));
            return assembly.MainModule.Types.Select(type => type.FullName).ToArray();
        });

        Assert.Subset(types.ToHashSet(), Doors);
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
            return assembly.MainModule.Types.Where(type => !IsGenerated(type)).Select(type => type.Namespace)
                .Where(IsOfTheProduct).Distinct()
                .Select(space => (Namespace: space, Assembly: name)).ToArray();
        });

        Assert.All(homes.GroupBy(home => home.Namespace), home => Assert.Single(home));
    }

    /// <summary>A cycle by each of the ways in which one type can use another.</summary>
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
            type => type.Namespace == root || type.Namespace.StartsWith(root + ".", StringComparison.Ordinal)
                ? type.Namespace
                : null);
    }

    private static string? PlaceOf(TypeReference type) =>
        Doors.Contains(type.FullName) ? type.Namespace + " (doors)"
        : IsOfTheProduct(type.Namespace) ? type.Namespace
        : null;

    /// <summary>A validator that a generator wrote lies in the namespace of the options, in whatever assembly.</summary>
    private static bool IsGenerated(TypeDefinition type) => type.CustomAttributes
        .Any(attribute => attribute.AttributeType.Name == nameof(System.CodeDom.Compiler.GeneratedCodeAttribute));

    private static bool IsOfTheProduct(string space) =>
        space == "Speaker" || space.StartsWith("Speaker.", StringComparison.Ordinal);

    private static string PathOf(string assembly) => Path.Combine(AppContext.BaseDirectory, assembly + ".dll");
}
