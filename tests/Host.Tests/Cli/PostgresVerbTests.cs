using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>The program with its store in PostgreSQL: the verbs that use one, and that no password is shown.</summary>
[NeedsPostgres]
[Collection(PostgresTests.Name)]
public sealed class PostgresVerbTests : IDisposable
{
    private const string Password = PostgresServer.Password;

    private readonly TemporaryFolder _folder = new();
    private readonly TestModel _model = new();
    private readonly SpeakerProcess _speaker;
    private readonly PostgresServer _server;
    private readonly string _database;
    private readonly string _address;

    public PostgresVerbTests(PostgresFixture fixture)
    {
        _server = fixture.Server;
        _speaker = new SpeakerProcess(_folder, _model.Path);
        _database = PostgresServer.DatabaseOf(_server.NewDatabase());
        _server.Execute(_database, $"GRANT CREATE ON DATABASE {_database} TO secretive");
        _address = _server.Address(_database, "secretive");
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [StoreFact]
    public void Verbs_StoreAtAnAddress_DoWhatTheyDoWithAFile()
    {
        Assert.Contains("will be created", Run("doctor").Output, StringComparison.Ordinal);
        Done("enroll", "anna", Speech(0), Speech(4), "--consent", "door");
        Done("enroll", "boris", Speech(8));
        Assert.Contains("already enrolled", Run("enroll", "anna", Speech(0)).Output, StringComparison.Ordinal);
        Done("verify", "anna", Speech(0));
        // One recording, known by itself.
        Assert.Equal("boris", Run("identify", Speech(8), "--threshold", "0.00001", "--json").Json
            .GetProperty("speaker").GetString());
        Assert.Equal(2, Run("list", "--json").Lines.Length);
        var shown = Run("show", "anna", "--json").Json;
        Assert.Equal("door", shown.GetProperty("consent").GetString());

        var file = _folder.File("voiceprints.json");
        Done("export", file);
        Assert.Equal(0, _speaker.Run("import", file).ExitCode);
        Assert.Equal(2, _speaker.Run("list", "--json").Lines.Length);
        Assert.Contains("there already: 3", Run("import", file).Output, StringComparison.Ordinal);

        Done("rename", "boris", "bo");
        Done("merge", "bo", "anna", "--force");
        var id = Run("show", "anna", "--json").Json.GetProperty("utterances")[2].GetProperty("id").GetInt64();
        Done("remove", "anna", "--utterance", $"{id}");
        Assert.Equal(3, Run("migrate", "--model", _model.OtherPath).ExitCode);
        Assert.Equal(3, Run("verify", "anna", Speech(0), "--model", _model.OtherPath).ExitCode);
        var doctor = Run("doctor").Output;
        Assert.Contains("PostgreSQL", doctor, StringComparison.Ordinal);
        Assert.Contains("1 speaker", doctor.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Done("remove", "anna");
        Assert.Empty(Run("list", "--json").Output);

        void Done(params string[] arguments)
        {
            var result = Run(arguments);
            Assert.True(result.ExitCode == 0, string.Join(' ', arguments) + ": " + result.Output + result.Error);
        }
    }

    /// <summary>By address and by environment it lets in; whatever goes wrong, it is not shown.</summary>
    [StoreFact]
    public void Password_WhereverItIsFrom_IsNeverShown()
    {
        Assert.Equal(0, Checked(("SPEAKER_STORE", $"{_address}&password={Password}"), "list").ExitCode);
        Assert.Equal(3, Checked(("SPEAKER_STORE", $"{_address}&password={Password}x"), "list", "--verbose").ExitCode);
        Assert.Equal(3, Checked(("SPEAKER_STORE", $"{_address}&password={Password}&x=y"), "list").ExitCode);
        Assert.Equal(3, Checked(("SPEAKER_STORE", $"postgress://anna:{Password}@db/x"), "list").ExitCode);
        Assert.Equal(3, Checked(("Speaker__Store", $"mysql://anna:{Password}@db/x"), "list").ExitCode);
        Assert.Equal(0, Checked(("PGPASSWORD", Password), "list", "--store", _address).ExitCode);
        Assert.Equal(3, Checked(("PGPASSWORD", "wrong"), "list", "--store", _address).ExitCode);
        Checked(("SPEAKER_STORE", $"{_address}&password={Password}"), "doctor");
        Checked(("SPEAKER_STORE", $"{_address}&password={Password}x"), "doctor");

        // What is on a command line is shown by ps.
        var refused = Checked(("PGPASSWORD", ""), "list", "--store", $"{_address}&password={Password}");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("PGPASSWORD", refused.Error, StringComparison.Ordinal);
        refused = Checked(("Speaker__Store__BackupFolder", "backups"), "list", "--store", _address);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("Speaker:Store:BackupFolder", refused.Error, StringComparison.Ordinal);

        ProcessResult Checked((string, string) variable, params string[] arguments)
        {
            var result = _speaker.Run([("SPEAKER_STORE", ""), variable], arguments);
            Assert.DoesNotContain(Password, result.Output + result.Error, StringComparison.Ordinal);
            return result;
        }
    }

    private ProcessResult Run(params string[] arguments)
    {
        // The voices of a model that never learnt lie close together.
        var result = _speaker.Run(
            [
                ("SPEAKER_STORE", _address), ("PGPASSWORD", Password), ("Speaker__Identification__MinimumMargin", "0"),
            ],
            arguments);
        Assert.DoesNotContain(Password, result.Output + result.Error, StringComparison.Ordinal);
        return result;
    }

    private string Speech(int first)
    {
        var path = _folder.File($"speech-{first}.wav");
        return File.Exists(path) ? path : Sounds.WriteSpeech(path, "de", first);
    }
}
