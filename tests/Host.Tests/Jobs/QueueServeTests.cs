using System.Diagnostics;
using System.Globalization;
using Speaker.Enrolment.Sqlite;
using Speaker.Host.Tests.Support;
using Speaker.Jobs;
using Speaker.Jobs.Sqlite;
using Xunit.Abstractions;

namespace Speaker.Host.Tests.Jobs;

/// <summary>The service as a process that ends while jobs wait: in order, and killed.</summary>
[Collection(TestModelTests.Name)]
public sealed class QueueServeTests : IDisposable
{
    /// <summary>How many services are killed: SPEAKER_QUEUE_KILLS, or as many as take seconds.</summary>
    private static readonly int Kills =
        Environment.GetEnvironmentVariable("SPEAKER_QUEUE_KILLS") is { Length: > 0 } number
            ? int.Parse(number, CultureInfo.InvariantCulture)
            : 3;

    private readonly TemporaryFolder _folder = new();
    private readonly TestModel _model;
    private readonly ITestOutputHelper _log;
    private readonly SpeakerProcess _speaker;

    public QueueServeTests(TestModel model, ITestOutputHelper log)
    {
        _model = model;
        _log = log;
        _speaker = new SpeakerProcess(_folder, model.Path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sigterm_With100JobsQueued_LeavesEachDoneOrWaitingAndTheNextStartDoesThemAllOnce()
    {
        const int Jobs = 100;
        var recording = await RecordingAsync(12);
        var speakers = Enumerable.Range(0, Jobs).Select(i => $"guest{i:00}").ToArray();
        using (var service = await RunningService.StartAsync(_speaker, [("Speaker__Http__Concurrency", "1000")]))
        {
            var put = await Task.WhenAll(speakers.Select(speaker => service.TryPutAsync(speaker, recording)));
            Assert.All(put, Assert.NotNull);
            var asked = Stopwatch.GetTimestamp();
            service.Stop();
            _log.WriteLine($"ended {Stopwatch.GetElapsedTime(asked).TotalSeconds:0.0} s after SIGTERM");
            Assert.Equal(0, service.ExitCode);
        }

        var jobs = await Queue().ListAsync(null, int.MaxValue, default);
        Assert.Equal(Jobs, jobs.Count);
        Assert.All(jobs, job => Assert.True(job.State is JobState.Waiting or JobState.Done, $"{job}"));
        Assert.Equal(
            jobs.Where(job => job.State == JobState.Done).Select(job => job.Subject).Order(),
            (await EnrolledAsync()).Keys.Order());
        _log.WriteLine($"{jobs.Count(job => job.State == JobState.Done)} of {Jobs} jobs were done before the end");

        using var next = await RunningService.StartAsync(_speaker, []);
        await RunningService.WaitAsync(
            async () => (await Queue().CountAsync(default)) is { Waiting: 0, Running: 0 }, () => "an empty queue");
        next.Stop();
        var enrolled = await EnrolledAsync();
        Assert.Equal(speakers, enrolled.Keys.Order());
        Assert.All(enrolled.Values, utterances => Assert.Equal(1, utterances));
        Assert.Equal(
            Jobs, (await Queue().ListAsync(JobState.Done, int.MaxValue, default)).Count(job => job.Attempts == 1));
    }

    [Fact]
    public async Task Killed_AtRandomMomentsWhileJobsComeAndAreDone_LosesNothingAcknowledged()
    {
        var recording = await RecordingAsync(4);
        var (acknowledged, put) = (new List<string>(), 0);
#pragma warning disable CA5394 // nothing secret about a moment
        var random = new Random(1);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var service = await RunningService.StartAsync(_speaker, []);
            var end = Task.Delay(random.Next(50, 2000));
            while (!end.IsCompleted)
            {
                var speaker = $"guest{put++}";
                if (await service.TryPutAsync(speaker, recording) is not null)
                {
                    acknowledged.Add(speaker);
                }
            }

            service.Kill();
        }
#pragma warning restore CA5394

        using var last = await RunningService.StartAsync(_speaker, []);
        await RunningService.WaitAsync(
            async () => (await Queue().CountAsync(default)) is { Waiting: 0, Running: 0 }, () => "an empty queue");
        last.Stop();
        var enrolled = await EnrolledAsync();
        Assert.Subset(enrolled.Keys.ToHashSet(), acknowledged.ToHashSet());
        Assert.All(enrolled.Values, utterances => Assert.Equal(1, utterances));
        Assert.Empty(await Queue().ListAsync(JobState.Failed, 10, default));
        var twice = (await Queue().ListAsync(JobState.Done, int.MaxValue, default)).Count(job => job.Attempts > 1);
        _log.WriteLine(
            $"{Kills} kills, {put} jobs put, {acknowledged.Count} acknowledged, {twice} begun more than once, 0 lost, 0 twice");
    }

    private SqliteJobQueue Queue() =>
        new(_speaker.Store + SqliteJobQueue.Ending, JobQueueConformance.Limits);

    private async Task<Dictionary<string, int>> EnrolledAsync() =>
        (await new SqliteVoiceprintStore(new StoreOptions { Path = _speaker.Store }, TimeProvider.System)
            .ReadAllAsync(_model.Hash, default)).ToDictionary(each => each.Name, each => each.Utterances.Count);

    private Task<byte[]> RecordingAsync(int clips) =>
        File.ReadAllBytesAsync(Sounds.WriteSpeech(_folder.File("a.wav"), "de", count: clips));
}
