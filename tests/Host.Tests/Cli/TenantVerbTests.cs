using Speaker.Host.Keys;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>The verbs in one tenant and in another.</summary>
[Collection(TestModelTests.Name)]
public sealed class TenantVerbTests(TestModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Verbs_WithATenant_WorkInAFileOfItsOwn()
    {
        var speaker = new SpeakerProcess(_folder, model.Path);
        var recording = Sounds.WriteSpeech(_folder.File("recording"), "de", 0);
        Assert.Equal(0, speaker.Run("enroll", "anna", recording, "--tenant", "acme").ExitCode);
        Assert.Equal(0, speaker.Run("enroll", "boris", recording, "--tenant", "beta").ExitCode);
        Assert.Equal("anna", speaker.Run("list", "--tenant", "acme", "--json").Json.GetProperty("speaker").GetString());
        Assert.Equal(3, speaker.Run("verify", "boris", recording, "--tenant", "acme").ExitCode);
        Assert.Equal(3, speaker.Run("verify", "anna", recording).ExitCode);
        Assert.False(File.Exists(speaker.Store), "a tenant's enrolment made the store itself");

        var file = Path.Combine(speaker.Store + ".tenants", "acme.db");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(file)!));
    }

    [Theory]
    [InlineData("../acme")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("Acme")]
    [InlineData("ä")]
    [InlineData("a b")]
    [InlineData("_a")]
    public void Tenant_ThatIsNoName_IsRefusedAndMakesNothing(string tenant)
    {
        var speaker = new SpeakerProcess(_folder, model.Path);
        var recording = Sounds.WriteSpeech(_folder.File("recording"), "de", 0);
        foreach (var arguments in (string[][])
            [["enroll", "anna", recording], ["list"], ["key", "add", "door", "--scope", "verify"], ["key", "list"]])
        {
            var refused = speaker.Run([.. arguments, "--tenant", tenant]);
            Assert.Equal(3, refused.ExitCode);
            Assert.Contains("begin with a letter or a digit", refused.Error, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(speaker.Store + ".tenants"));
    }

    [Fact]
    public void KeyVerb_WithATenant_KeepsItWithTheKeyInTheFileOfAll()
    {
        var speaker = new SpeakerProcess(_folder, model.Path);
        var added = speaker.Run("key", "add", "door", "--scope", "verify", "--tenant", "acme", "--json");
        Assert.Equal(0, added.ExitCode);
        Assert.Equal("acme", added.Json.GetProperty("tenant").GetString());
        Assert.Equal(0, speaker.Run("key", "add", "all", "--scope", "verify").ExitCode);
        var file = new KeyFile(speaker.Store + KeyFile.Ending);
        Assert.Equal(file.Path, added.Json.GetProperty("file").GetString());
        Assert.Equal(["acme", ""], file.Read().Select(key => key.Tenant));

        var own = speaker.Run("key", "list", "--tenant", "acme", "--json");
        Assert.Equal("acme", own.Json.GetProperty("tenant").GetString());
        Assert.Single(own.Lines);
        Assert.Equal(2, speaker.Run("key", "list", "--json").Lines.Length);
    }

    /// <summary>A file of keys as the program wrote it before there were tenants.</summary>
    [Fact]
    public void KeyFile_WithoutTenants_IsOfNobodysTenant()
    {
        var place = _folder.File("keys.json");
        File.WriteAllText(place, """
            {"keys": [{"id": "0123456789ab", "name": "door", "scopes": ["verify"], "hash": "00",
            "createdAt": "2026-01-01T00:00:00+00:00"}]}
            """);
        File.SetUnixFileMode(place, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var key = Assert.Single(new KeyFile(place).Read());
        Assert.Equal("", key.Tenant);
        Assert.Null(key.Problem());
    }

    [Fact]
    public void Serve_WithHttpAndATenant_IsRefused()
    {
        var refused = new SpeakerProcess(_folder, model.Path).Run("serve", "--http", "--tenant", "acme");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("leave out --tenant", refused.Error, StringComparison.Ordinal);
    }
}
