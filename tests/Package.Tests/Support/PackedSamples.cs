using Speaker.Audio;
using Speaker.Tests.Support;

namespace Speaker.Package.Tests.Support;

/// <summary>The packages in a folder feed, the samples built from it, and recordings to run them on.</summary>
public sealed class PackedSamples : IDisposable
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private readonly TemporaryFolder _folder = new();

    public PackedSamples()
    {
        // Both were filled by earlier runs with packages of the same version.
        foreach (var stale in (string[])[Packages, .. Cached("speaker"), .. Cached("speaker.audio")])
        {
            if (Directory.Exists(stale))
            {
                Directory.Delete(stale, recursive: true);
            }
        }

        foreach (var project in (string[])["Audio", "Recognition", "Postgres", "Model"])
        {
            Dotnet(
                "pack", Repository.File("src", project, project + ".csproj"), "--no-build", "--configuration",
                Configuration, "--output", Packages, "-nologo");
        }

        foreach (var sample in (string[])["Verify", "WebApi", "Live"])
        {
            Dotnet(
                "build", Repository.File("samples", sample, sample + ".csproj"), "--configuration", Configuration,
                "--disable-build-servers", "-nologo", "-warnaserror",
                // What is not ours is taken from where it was restored to, not fetched again.
                $"-p:RestoreAdditionalProjectFallbackFolders={UsualCache}");
        }

        Enrolment = Speech("enrolment.wav", "de", 0);
        SameVoice = Speech("same.wav", "de", 8);
        OtherVoice = Speech("other.wav", "fr", 0);
    }

    public static string Packages { get; } = Repository.File("artifacts", "packages");

    /// <summary>Two seconds or so of one volunteer of klettres-data.</summary>
    public string Enrolment { get; }

    /// <summary>The same volunteer's other words.</summary>
    public string SameVoice { get; }

    /// <summary>Another volunteer.</summary>
    public string OtherVoice { get; }

    private static string Cache { get; } = Repository.File("artifacts", "packages-cache");

    private static string UsualCache { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>A folder of the test's own.</summary>
    public string NewFolder(string name) => _folder.Folder(name);

    /// <summary>The program of a sample.</summary>
    public static string ProgramOf(string sample) => Repository.File(
        "artifacts", "samples", "bin", sample, Configuration.ToLowerInvariant(), sample + ".dll");

    public void Dispose() => _folder.Dispose();

    private static string[] Cached(string package) => [Path.Combine(Cache, package)];

    private static void Dotnet(params string[] arguments) => Command.Run(
        "dotnet", Repository.Root, [("NUGET_PACKAGES", Cache), ("DOTNET_CLI_TELEMETRY_OPTOUT", "1")], arguments)
        .RequireSuccess();

    private string Speech(string name, string language, int first)
    {
        var clips = Directory.GetFiles($"/usr/share/klettres/{language}", "*.ogg", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Skip(first).Take(4);
        return WaveFile.Write(
            _folder.File(name), clips.SelectMany(clip => AudioFile.ReadSamples(clip)).ToArray());
    }
}

/// <summary>Tests that share the packages.</summary>
[CollectionDefinition(Name)]
public sealed class PackedSamplesTests : ICollectionFixture<PackedSamples>
{
    public const string Name = "packed samples";
}
