using Speaker.Package.Tests.Support;

namespace Speaker.Package.Tests;

/// <summary>docs/library.md shows the samples as they are.</summary>
public sealed class LibraryPageTests
{
    [Theory]
    [InlineData("Verify")]
    [InlineData("WebApi")]
    [InlineData("Live")]
    public void Page_Sample_IsTheOneThatIsBuilt(string sample)
    {
        var code = File.ReadAllText(Repository.File("samples", sample, "Program.cs")).ReplaceLineEndings("\n");

        Assert.Contains(
            $"```csharp\n{code}```\n",
            File.ReadAllText(Repository.File("docs", "library.md")).ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }
}
