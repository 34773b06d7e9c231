using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Speaker.Enrolment.Protection;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Store;

/// <summary>Where keys are from, and what is no key.</summary>
public sealed class TemplateKeyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AddKey_ToAFile_IsTheCurrentOneAndTheOthersStay()
    {
        var path = _folder.File("deep", "keys");
        var first = TemplateKeyFile.AddKey(path);
        var second = TemplateKeyFile.AddKey(path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal([second[0], .. first], second);
        Assert.All(second, id => Assert.Matches("^[0-9a-f]{12}$", id));
        using var ring = TemplateKeyRing.Read(new TemplateKeyFile(path));
        Assert.Equal(second[0], ring.CurrentId);
        Assert.NotNull(ring.Find(first[0]));
        Assert.Null(ring.Find("0123456789ab"));
        Assert.Equal(2, File.ReadAllLines(path).Select(Convert.FromBase64String).Count(key => key.Length == 32));
    }

    [Fact]
    public void Read_FileThatOthersMayRead_IsRefused()
    {
        var path = _folder.File("keys");
        TemplateKeyFile.AddKey(path);
        foreach (var other in (UnixFileMode[])[UnixFileMode.GroupRead, UnixFileMode.OtherRead, UnixFileMode.GroupWrite])
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | other);
            var exception = Refused(new TemplateKeyFile(path));
            Assert.Contains($"chmod 600 {path}", exception.Message, StringComparison.Ordinal);
        }

        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        TemplateKeyRing.Read(new TemplateKeyFile(path)).Dispose();
        Assert.Contains(path, Refused(new TemplateKeyFile(path + ".none")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_TextThatIsNoKeys_NamesTheLineAndNeverTheKey()
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        Assert.Equal(2, TemplateKeyText.Parse(Encoding.UTF8.GetBytes($"# two\r\n {key} \r\n\n{key}"), "x").Count);
        foreach (var (text, said) in ((string, string)[])
                 [
                     ("", "has no key"), ("# nothing\n", "has no key"),
                     ($"{key}\n{key[..40]}\n", "line 2"),
                     (Convert.ToBase64String(new byte[31]), "line 1"), (Convert.ToBase64String(new byte[33]), "line 1"),
                     (Convert.ToBase64String(new byte[64]), "line 1"), ("not base64 at all!", "line 1"),
                     (Convert.ToHexString(new byte[32]), "line 1"),
                 ])
        {
            var exception = Assert.Throws<StoreException>(
                () => TemplateKeyText.Parse(Encoding.UTF8.GetBytes(text), "the source"));
            Assert.Equal(StoreProblem.KeyMissing, exception.Problem);
            Assert.Contains(said, exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(key[..20], exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Command_ThatPrintsKeys_IsReadAndOneThatFailsIsNot()
    {
        var path = _folder.File("keys");
        var id = TemplateKeyFile.AddKey(path)[0];
        using (var ring = TemplateKeyRing.Read(new TemplateKeyCommand($"cat '{path}'")))
        {
            Assert.Equal(id, ring.CurrentId);
        }

        foreach (var (command, said) in ((string, string)[])
                 [
                     ($"cat '{path}'; exit 3", "exit code is 3"), ("true", "no key"), ("yes", "more than 65536 bytes"),
                     ($"cat '{path}' '{path}.none' 2>/dev/null", "exit code is 1"),
                 ])
        {
            var exception = Refused(new TemplateKeyCommand(command));
            Assert.Contains(said, exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(File.ReadAllLines(path)[0], exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(path, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Command_ThatDoesNotEnd_IsEnded()
    {
        var mark = _folder.File("mark");
        var exception = Refused(
            new TemplateKeyCommand($"echo $$ > '{mark}'; sleep 600", TimeSpan.FromSeconds(0.5)));
        Assert.Contains("has not ended after 0.5 s", exception.Message, StringComparison.Ordinal);
        var id = int.Parse(File.ReadAllText(mark), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(id));
    }

    [Fact]
    public void Of_Options_TakesWhatIsNamedBeforeTheVariable()
    {
        const string Variable = "SPEAKER_TEST_KEYS";
        Assert.Null(TemplateKeySource.Of(new ProtectionOptions { KeyVariable = Variable }));
        Environment.SetEnvironmentVariable(Variable, Convert.ToBase64String(new byte[32]));
        try
        {
            var source = TemplateKeySource.Of(new ProtectionOptions { KeyVariable = Variable })!;
            Assert.Contains(Variable, source.Description, StringComparison.Ordinal);
            using var ring = TemplateKeyRing.Read(source);
            Assert.Equal(TemplateKeyText.IdOf(new byte[32]), ring.CurrentId);
            Assert.IsType<TemplateKeyFile>(
                TemplateKeySource.Of(new ProtectionOptions { KeyVariable = Variable, KeyFile = "x" }));
            Assert.IsType<TemplateKeyCommand>(
                TemplateKeySource.Of(new ProtectionOptions { KeyVariable = Variable, KeyCommand = "x" }));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    private static StoreException Refused(TemplateKeySource source)
    {
        var exception = Assert.Throws<StoreException>(() => TemplateKeyRing.Read(source));
        Assert.Equal(StoreProblem.KeyMissing, exception.Problem);
        return exception;
    }
}
