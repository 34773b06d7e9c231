using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;
using Speaker.Host.Inbox;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Inbox;

/// <summary>Looks at an inbox of real files, with a clock that is moved and a judge who needs no model.</summary>
public sealed class InboxScanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordingLogger _log = new();
    private readonly List<string> _judged = [];
    private readonly InboxFolders _folders;
    private readonly InboxScan _scan;
    private Func<InboxFile, bool, Judgement> _verdict = (_, _) => new Judgement.Enrolled(true, 3, 1, 0.3);

    public InboxScanTests()
    {
        var options = new InboxOptions
        {
            Directory = _folder.File("inbox"),
            ProcessedDirectory = _folder.File("processed"),
            RefusedDirectory = _folder.File("refused"),
            StableSeconds = 1,
            IncompleteSeconds = 30,
            RescanSeconds = 5,
        };
        _folders = new InboxFolders(options, _time);
        _folders.Create();
        _scan = new InboxScan(
            _folders,
            (file, isAbandoned, _) =>
            {
                _judged.Add(file.RelativePath);
                return Task.FromResult(_verdict(file, isAbandoned));
            },
            options, _time, _log);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Look_EverythingThatIsPassedOver_IsSaidOnceAndKeepsNothingElseBack()
    {
        Write("loose.wav");
        Write("anna/.hidden.wav");
        Write("anna/deeper/a.wav");
        Write(".hidden/a.wav");
        Write("anna/a.wav");
        var secret = _folder.File("secret");
        File.WriteAllText(secret, "secret");
        File.CreateSymbolicLink(Path.Combine(_folders.Inbox, "anna", "link.wav"), secret);
        Directory.CreateSymbolicLink(Path.Combine(_folders.Inbox, "link"), _folder.Root);
        Shell("mkfifo anna/pipe.wav; mkdir \"$(printf 'caf\\351')\"; printf x > \"anna/$(printf 'caf\\351.wav')\"");

        await LookFor(120);

        Assert.Equal([Path.Combine("anna", "a.wav")], _judged);
        Assert.True(File.Exists(_folder.File("processed", "anna", "a.wav")));
        var passedOver = _log.Messages(8);
        foreach (var (name, reason) in ((string, string)[])
                 [
                     ("/loose.wav", "directly"), ("/anna/.hidden.wav", "dot"), ("/anna/deeper", "folder"),
                     ("inbox/.hidden ", "dot"), ("/anna/link.wav", "symbolic link"), ("inbox/link", "symbolic link"),
                     ("/anna/pipe.wav", "pipe"), ("inbox/caf\uFFFD ", "not UTF-8"),
                     ("anna/caf\uFFFD.wav", "not UTF-8"),
                 ])
        {
            Assert.Contains(reason, Assert.Single(passedOver, line => line.Contains(name, StringComparison.Ordinal)),
                StringComparison.Ordinal);
        }

        Assert.Equal(9, passedOver.Length);
        // .NET cannot remove what it cannot name.
        Shell("rm -r caf* anna/caf*");
        Assert.Equal("secret", File.ReadAllText(secret));
    }

    [Fact]
    public async Task Look_NameWithTheReplacementCharacterItself_IsTaken()
    {
        Write("caf\uFFFD/\uFFFD.wav");
        await LookFor(10);
        Assert.True(File.Exists(_folder.File("processed", "caf\uFFFD", "\uFFFD.wav")));
    }

    [Fact]
    public async Task Look_TemporaryNameThatIsRenamedSoon_IsNotWorthALine()
    {
        Write("anna/.a.wav");
        await _scan.LookAsync(default);
        File.Move(Path.Combine(_folders.Inbox, "anna", ".a.wav"), Path.Combine(_folders.Inbox, "anna", "a.wav"));
        await LookFor(10);
        Assert.Empty(_log.Messages(8));
        Assert.Single(_judged);
    }

    [Theory]
    [InlineData(238, false)]
    [InlineData(246, true)]
    [InlineData(255, true)]
    [InlineData(255, false)]
    public async Task Look_NameOfNearly255Bytes_IsRefusedWithAReasonAndSoIsAnotherOfThatName(int bytes, bool hasEnding)
    {
        var name = Name(bytes, hasEnding);
        _verdict = (_, _) => new Judgement.Refused("not sound", 0);
        Write("anna/" + name, "one");
        await LookFor(10);
        Write("anna/" + name, "another");
        await LookFor(10);

        Assert.Empty(Directory.GetFiles(_folders.Inbox, "*", SearchOption.AllDirectories));
        var notes = Directory.GetFiles(_folder.File("refused", "anna"), "*.reason.json");
        Assert.Equal(2, notes.Length);
        Assert.Equal(
            ["another", "one"], notes.Select(note => File.ReadAllText(note[..^".reason.json".Length])).Order());
        foreach (var note in notes)
        {
            using var json = JsonDocument.Parse(await File.ReadAllTextAsync(note));
            Assert.Equal(name, json.RootElement.GetProperty("file").GetString());
        }

        Assert.Empty(_log.Messages(5));
    }

    [Fact]
    public async Task Look_TwoOfTheSameLongNameEnrolled_KeepsBothAndTheirEnding()
    {
        var name = Name(255, hasEnding: true);
        for (var i = 0; i < 3; i++)
        {
            Write("anna/" + name, $"content {i}");
            await LookFor(10);
        }

        var names = Directory.GetFiles(_folder.File("processed", "anna")).Select(path => Path.GetFileName(path)!)
            .ToArray();
        Assert.Equal(3, names.Length);
        Assert.All(names, each => Assert.EndsWith(".wav", each, StringComparison.Ordinal));
        Assert.All(names, each => Assert.InRange(Encoding.UTF8.GetByteCount(each), 1, 255));
    }

    [Fact]
    public async Task Look_CannotBeMoved_IsJudgedOnceSaidOnceTriedSeldomAndMovedWhenItCanBe()
    {
        Write("anna/a.wav");
        // A file where the speaker's folder has to be.
        await File.WriteAllTextAsync(Path.Combine(_folders.Processed, "anna"), "in the way");
        await LookFor(3600);
        Assert.Single(_judged);
        Assert.Contains("it is enrolled, but", Assert.Single(_log.Messages(5)), StringComparison.Ordinal);

        File.Delete(Path.Combine(_folders.Processed, "anna"));
        await LookFor(600);
        Assert.True(File.Exists(_folder.File("processed", "anna", "a.wav")));
        Assert.Single(_judged);
        Assert.Single(_log.Messages(2));
    }

    [Fact]
    public async Task Look_OneFileFailsInAnyWay_TheOthersAreEnrolled()
    {
        Write("anna/a.wav");
        Write("anna/b.wav");
        Write("bob/c.wav");
        _verdict = (file, _) => file.Name == "a.wav"
            ? throw new InvalidOperationException("unforeseen")
            : new Judgement.Enrolled(true, 3, 1, 0.3);
        await LookFor(600);
        Assert.Equal(2, _scan.Enrolled);
        Assert.Contains("unforeseen", Assert.Single(_log.Messages(5)), StringComparison.Ordinal);
        // After 1, 6, 16, 36, 76, 156 and 316 seconds.
        Assert.InRange(_judged.Count(path => path.EndsWith("a.wav", StringComparison.Ordinal)), 5, 8);
    }

    [Fact]
    public async Task Look_Incomplete_WaitsThenIsJudgedAsAbandoned()
    {
        Write("anna/a.wav");
        _verdict = (_, isAbandoned) => isAbandoned
            ? new Judgement.Refused("cut: half of it", 0) : new Judgement.Incomplete("cut: half of it");
        await LookFor(25);
        Assert.True(File.Exists(Path.Combine(_folders.Inbox, "anna", "a.wav")));
        Assert.Single(_log.Messages(9));
        await LookFor(10);
        Assert.True(File.Exists(_folder.File("refused", "anna", "a.wav")));
        Assert.True(File.Exists(_folder.File("refused", "anna", "a.wav.reason.json")));
    }

    [Fact]
    public async Task Look_StoreThatFails_IsSaidOnceForAllFilesAndGoesOnWhenItIsBack()
    {
        for (var i = 0; i < 20; i++)
        {
            Write($"speaker-{i}/a.wav");
        }

        var isFull = true;
        _verdict = (_, _) => isFull
            ? throw new StoreException(StoreProblem.Full, "the disk is full")
            : new Judgement.Enrolled(true, 3, 1, 0.3);
        await LookFor(60);
        Assert.Single(_log.Messages(13));
        Assert.InRange(_judged.Count, 3, 6);
        isFull = false;
        await LookFor(600);
        Assert.Equal(20, _scan.Enrolled);
        Assert.Single(_log.Messages(14));
    }

    [Fact]
    public async Task Look_InboxDeletedAndBack_WaitsSaysSoOnceAndGoesOn()
    {
        Directory.Delete(_folders.Inbox, recursive: true);
        await LookFor(60);
        Assert.True(_scan.IsGone);
        Assert.Single(_log.Messages(10));
        Assert.False(Directory.Exists(_folders.Inbox));
        Write("anna/a.wav");
        await LookFor(10);
        Assert.Single(_log.Messages(11));
        Assert.Equal(1, _scan.Enrolled);
    }

    [Fact]
    public async Task Look_InboxMadeBetweenTheStartAndTheFirstLook_IsNoOtherFolder()
    {
        var options = new InboxOptions
        {
            Directory = _folder.File("new", "inbox"),
            ProcessedDirectory = _folder.File("new", "processed"),
            RefusedDirectory = _folder.File("new", "refused"),
        };
        var folders = new InboxFolders(options, _time);
        var scan = new InboxScan(
            folders, (_, _, _) => Task.FromResult<Judgement>(new Judgement.Enrolled(true, 3, 1, 0.3)), options, _time, _log);
        folders.Create();
        for (var look = 0; look < 3; look++)
        {
            await scan.LookAsync(default);
        }

        Assert.Empty(_log.Messages(12));
        Assert.Equal(0, scan.Replacements);
    }

    [Fact]
    public async Task Look_AnotherFolderInTheInboxsPlace_IsLookedThrough()
    {
        await LookFor(5);
        Directory.Move(_folders.Inbox, _folders.Inbox + "-before");
        Write("anna/a.wav");
        await LookFor(10);
        Assert.Single(_log.Messages(12));
        Assert.Equal(1, _scan.Replacements);
        Assert.Equal(1, _scan.Enrolled);
    }

    [Fact]
    public async Task Look_AnotherServiceHoldsTheSpeakersFolder_LeavesItAndTakesTheOthers()
    {
        Write("anna/a.wav");
        Write("bob/b.wav");
        using (FolderClaim.TryTake(Path.Combine(_folders.Inbox, "anna")))
        {
            await LookFor(30);
            Assert.Equal([Path.Combine("bob", "b.wav")], _judged);
            Assert.Single(_log.Messages(15));
        }

        await LookFor(10);
        Assert.Equal(2, _scan.Enrolled);
    }

    [Fact]
    public async Task Look_ManyFilesOfOneSpeaker_DoNotKeepTheOthersWaiting()
    {
        for (var i = 0; i < 50; i++)
        {
            Write($"anna/{i:00}.wav");
        }

        Write("bob/b.wav");
        await LookFor(10);
        Assert.Equal(1, _judged.IndexOf(Path.Combine("bob", "b.wav")));
    }

    [RootFact]
    public async Task Look_ProcessedOnAnotherFileSystem_CopiesAllOrNothing()
    {
        Directory.CreateDirectory(_folders.Processed);
        using var disk = new SmallDisk(_folders.Processed, 64);
        Write("anna/small.wav", "small");
        await LookFor(10);
        Assert.Equal("small", await File.ReadAllTextAsync(_folder.File("processed", "anna", "small.wav")));
        Write("anna/large.wav", new string('x', 100_000));
        await LookFor(60);
        Assert.True(File.Exists(Path.Combine(_folders.Inbox, "anna", "large.wav")));
        Assert.False(File.Exists(Path.Combine(_folders.Processed, "anna", "large.wav")));
        Assert.Single(_log.Messages(5));
    }

    [RootFact]
    public async Task Look_CannotBeDeletedAfterTheCopy_IsCopiedOnceAlsoByTheNextStart()
    {
        using var disk = new SmallDisk(_folders.Processed, 1024);
        Write("anna/a.wav", "sound");
        // What a file system is mounted on can be read, but neither renamed nor deleted.
        var mounted = Path.Combine(_folders.Inbox, "anna", "a.wav");
        Shell("mount --bind anna/a.wav anna/a.wav");
        try
        {
            await LookFor(600);
            Assert.Contains("it is enrolled, but", Assert.Single(_log.Messages(5)), StringComparison.Ordinal);
            var options = new InboxOptions
            {
                Directory = _folders.Inbox,
                ProcessedDirectory = _folders.Processed,
                RefusedDirectory = _folders.Refused,
            };
            var next = new InboxScan(
                _folders, (_, _, _) => Task.FromResult<Judgement>(new Judgement.Enrolled(false, 3, 1, 0.3)), options,
                _time, _log);
            for (var i = 0; i < 60; i++)
            {
                await next.LookAsync(default);
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            var copy = Assert.Single(Directory.GetFiles(_folder.File("processed", "anna")));
            Assert.Equal("a.wav", Path.GetFileName(copy));
            Assert.Equal(2, _log.Messages(5).Length);
        }
        finally
        {
            Shell($"umount '{mounted}'");
        }

        await LookFor(600);
        Assert.False(File.Exists(mounted));
        Assert.Single(Directory.GetFiles(_folder.File("processed", "anna")));
    }

    /// <summary>A name of so many bytes, most of them in letters of two.</summary>
    private static string Name(int bytes, bool hasEnding)
    {
        var ending = hasEnding ? ".wav" : "";
        var rest = bytes - ending.Length;
        return new string('é', rest / 2) + new string('n', rest % 2) + ending;
    }

    private async Task LookFor(int seconds)
    {
        for (var second = 0; second <= seconds; second++)
        {
            await _scan.LookAsync(default);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private void Write(string path, string content = "sound")
    {
        var full = Path.Combine(_folders.Inbox, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }

    private void Shell(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script])
        {
            WorkingDirectory = _folders.Inbox, RedirectStandardError = true,
        })!;
        shell.WaitForExit();
        Assert.True(shell.ExitCode == 0, script);
    }

    /// <summary>Keeps what is logged.</summary>
    private sealed class RecordingLogger : ILogger
    {
        private readonly List<(int Id, string Message)> _lines = [];

        public string[] Messages(int id) => [.. _lines.Where(line => line.Id == id).Select(line => line.Message)];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            _lines.Add((eventId.Id, formatter(state, exception)));
    }
}
