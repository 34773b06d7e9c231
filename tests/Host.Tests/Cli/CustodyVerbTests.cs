using Microsoft.Data.Sqlite;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>The verbs that seal voiceprints, show the audit log, and remove what is too old; and consent.</summary>
[Collection(TestModelTests.Name)]
public sealed class CustodyVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SpeakerProcess _speaker;

    public CustodyVerbTests(TestModel model) => _speaker = new SpeakerProcess(_folder, model.Path);

    private (string, string)[] Keyed => [("Speaker__Protection__KeyFile", _folder.File("keys"))];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Vault_KeySealAndRotate_EveryVerbGoesOnAndTheKeyIsNeverShown()
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna", Speech(0)).ExitCode);
        Assert.Equal("warn", Templates([]));
        Assert.Equal(3, _speaker.Run("vault", "seal").ExitCode);
        var made = _speaker.Run("vault", "key", _folder.File("keys"), "--json");
        var id = made.Json.GetProperty("keyId").GetString()!;
        Assert.Equal("warn", Templates(Keyed));
        var plain = _speaker.Run("verify", "anna", Speech(8), "--json").Output;
        var isSealed = _speaker.Run(Keyed, "vault", "seal", "--json").Json;
        Assert.Equal(1, isSealed.GetProperty("utterances").GetInt32());
        Assert.Equal(id, isSealed.GetProperty("keyId").GetString());
        Assert.Equal("ok", Templates(Keyed));

        // The same answer from what is sealed.
        Assert.Equal(plain, _speaker.Run(Keyed, "verify", "anna", Speech(8), "--json").Output);
        var without = _speaker.Run("verify", "anna", Speech(8), "--json");
        Assert.Equal(3, without.ExitCode);
        Assert.Contains(id, without.Error, StringComparison.Ordinal);
        Assert.Contains("Speaker:Protection:KeyFile", without.Error, StringComparison.Ordinal);
        Assert.Equal("fail", Templates([]));

        // Every way out and in.
        Assert.Equal(0, _speaker.Run(Keyed, "enroll", "boris", Speech(4)).ExitCode);
        var backup = _folder.File("backup.db");
        Assert.Equal(0, _speaker.Run("backup", backup).ExitCode);
        Assert.Equal(3, _speaker.Run("verify", "anna", Speech(8), "--store", backup).ExitCode);
        var file = _folder.File("voiceprints.json");
        Assert.Equal(3, _speaker.Run("export", file).ExitCode);
        var exported = _speaker.Run(Keyed, "export", file);
        Assert.Contains("not sealed", exported.Output, StringComparison.Ordinal);
        var other = _folder.File("other.db");
        Assert.Equal(0, _speaker.Run(Keyed, "import", file, "--store", other).ExitCode);
        Assert.Equal(3, _speaker.Run("verify", "anna", Speech(8), "--store", other).ExitCode);

        var second = _speaker.Run("vault", "key", _folder.File("keys"), "--json").Json;
        Assert.Equal(2, second.GetProperty("keyIds").GetArrayLength());
        Assert.Equal(2, _speaker.Run(Keyed, "vault", "seal", "--json").Json.GetProperty("utterances").GetInt32());
        Assert.Equal(0, _speaker.Run(Keyed, "restore", backup, "--replace").ExitCode);
        Assert.Equal(plain, _speaker.Run(Keyed, "verify", "anna", Speech(8), "--json").Output);

        var secrets = File.ReadAllLines(_folder.File("keys"));
        Assert.All(secrets, secret => Assert.DoesNotContain(
            secret, made.Output + made.Error + without.Output + without.Error, StringComparison.Ordinal));
        File.SetUnixFileMode(_folder.File("keys"), (UnixFileMode)0b110_100_100);
        Assert.Contains("chmod 600", _speaker.Run(Keyed, "verify", "anna", Speech(8)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_ListAndVerify_ShowWhoDidWhatAndWhereItWasChanged()
    {
        (string, string)[] decisions = [("Speaker__Audit__Decisions", "true")];
        Assert.Equal(0, _speaker.Run("enroll", "anna", Speech(0)).ExitCode);
        _speaker.Run(decisions, "verify", "anna", Speech(8));
        _speaker.Run("verify", "anna", Speech(8));
        _speaker.Run(decisions, "identify", Speech(8));
        _speaker.Run(decisions, "live", "anna", "--input", Speech(8));
        Assert.Equal(0, _speaker.Run("rename", "anna", "anne").ExitCode);
        var entries = _speaker.Run("audit", "list", "--json");
        Assert.Equal(0, entries.ExitCode);
        Assert.Equal(5, entries.Lines.Length);
        var first = System.Text.Json.JsonDocument.Parse(entries.Lines[0]).RootElement;
        Assert.Equal(
            ["sequence", "at", "actor", "action", "subject", "speaker", "detail", "hash"],
            first.EnumerateObject().Select(property => property.Name));
        Assert.Equal($"user {Environment.UserName}", first.GetProperty("actor").GetString());
        Assert.Equal("anne", first.GetProperty("speaker").GetString());
        Assert.Contains("\"verify\"", entries.Lines[1], StringComparison.Ordinal);
        Assert.Contains("outcome=", entries.Lines[1], StringComparison.Ordinal);
        Assert.Contains("\"identify\"", entries.Lines[2], StringComparison.Ordinal);
        // Once, however often it was looked at.
        Assert.Contains("\"verify\"", entries.Lines[3], StringComparison.Ordinal);
        Assert.Single(_speaker.Run("audit", "list", "--last", "1", "--json").Lines);

        var verified = _speaker.Run("audit", "verify", "--json");
        Assert.Equal(0, verified.ExitCode);
        Assert.Equal(["intact", "entries", "head", "problem"],
            verified.Json.EnumerateObject().Select(property => property.Name));
        var head = verified.Json.GetProperty("head").GetString()!;
        Assert.Equal(0, _speaker.Run("audit", "verify", "--head", head).ExitCode);
        Assert.Equal(1, _speaker.Run("audit", "verify", "--head", new string('0', 64)).ExitCode);
        Assert.Equal(3, _speaker.Run("audit", "verify", "--head", "abc").ExitCode);

        using (var connection = new SqliteConnection($"Data Source={_speaker.Store};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DROP TRIGGER audit_is_not_changed; UPDATE audit SET detail = '' WHERE sequence = 2";
            command.ExecuteNonQuery();
        }

        var broken = _speaker.Run("audit", "verify", "--json");
        Assert.Equal(1, broken.ExitCode);
        Assert.Contains("entry 2 was changed", broken.Json.GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Contains("broken", _speaker.Run("audit", "verify").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Expire_ByAge_RemovesWhatIsOlder()
    {
        Assert.Equal(3, _speaker.Run("expire").ExitCode);
        Assert.Equal(0, _speaker.Run("enroll", "anna", Speech(0)).ExitCode);
        Assert.Equal(0, _speaker.Run("expire", "--days", "1", "--json").Json.GetProperty("utterances").GetInt32());
        Assert.Single(_speaker.Run("list", "--json").Lines);
        Thread.Sleep(200);
        var expired = _speaker.Run([("Speaker__Retention__Days", "0.001")], "expire", "--json");
        Assert.Equal(0, expired.Json.GetProperty("speakers").GetInt32());
        using (var connection = new SqliteConnection($"Data Source={_speaker.Store};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE utterance SET added_at = '2020-01-01T00:00:00.0000000+00:00'";
            command.ExecuteNonQuery();
        }

        expired = _speaker.Run([("Speaker__Retention__Days", "0.001")], "expire", "--json");
        Assert.Equal(["days", "before", "utterances", "speakers"],
            expired.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal((1, 1),
            (expired.Json.GetProperty("utterances").GetInt32(), expired.Json.GetProperty("speakers").GetInt32()));
        Assert.Empty(_speaker.Run("list", "--json").Output);
        Assert.Contains("\"expire\"", _speaker.Run("audit", "list", "--json").Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void RequireConsent_WithoutOne_NothingIsKept()
    {
        (string, string)[] strict = [("Speaker__Enrolment__RequireConsent", "true")];
        var refused = _speaker.Run(strict, "enroll", "anna", Speech(0), "--json");
        Assert.Equal(2, refused.ExitCode);
        Assert.Equal("noConsent", refused.Json.GetProperty("files")[0].GetProperty("code").GetString());
        Assert.Equal(2, _speaker.Run(strict, "enroll", "anna", Speech(0), "--consent", " ").ExitCode);
        Assert.Empty(_speaker.Run("list", "--json").Output);
        Assert.Equal(0, _speaker.Run(strict, "enroll", "anna", Speech(0), "--consent", "form 7").ExitCode);
        Assert.Equal(0, _speaker.Run(strict, "enroll", "anna", Speech(4)).ExitCode);

        // Who was enrolled before the rule came, and a file.
        Assert.Equal(0, _speaker.Run("enroll", "boris", Speech(8)).ExitCode);
        Assert.Equal(2, _speaker.Run(strict, "enroll", "boris", Speech(12)).ExitCode);
        var file = _folder.File("voiceprints.json");
        Assert.Equal(0, _speaker.Run("export", file).ExitCode);
        var imported = _speaker.Run(strict, "import", file, "--store", _folder.File("other.db"));
        Assert.Equal(3, imported.ExitCode);
        Assert.Contains("'boris'", imported.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_WithRecordings_DeletesWhatCameThroughTheInbox()
    {
        Assert.Equal(0, _speaker.Run("enroll", "anna", Speech(0)).ExitCode);
        foreach (var (folder, file) in ((string, string)[])
                 [
                     (Path.Combine("processed", "anna"), "a.wav"), (Path.Combine("refused", "anna"), "b.wav"),
                     (Path.Combine("processed", "boris"), "a.wav"),
                 ])
        {
            File.WriteAllText(Path.Combine(_folder.Folder(folder), file), "sound");
        }

        Assert.Equal(3, _speaker.Run("remove", "nobody", "--recordings").ExitCode);
        Assert.Equal(3, _speaker.Run("remove", "anna", "--recordings", "--utterance", "1").ExitCode);
        var removed = _speaker.Run("remove", "anna", "--recordings", "--json");
        Assert.Equal(2, removed.Json.GetProperty("files").GetInt32());
        Assert.False(Directory.Exists(_folder.File("processed", "anna")));
        Assert.False(Directory.Exists(_folder.File("refused", "anna")));
        Assert.True(File.Exists(_folder.File("processed", "boris", "a.wav")));
    }

    private string Templates((string, string)[] environment) =>
        _speaker.Run(environment, "doctor", "--json").Json.GetProperty("checks").EnumerateArray()
            .Single(check => check.GetProperty("name").GetString() == "templates").GetProperty("status").GetString()!;

    private string Speech(int first)
    {
        var path = _folder.File($"speech-{first}.wav");
        return File.Exists(path) ? path : Sounds.WriteSpeech(path, "de", first);
    }
}
