using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Speaker.Host.Tests.Http;
using Speaker.Host.Tests.Support;
using Speaker.Jobs;
using Xunit.Abstractions;

namespace Speaker.Host.Tests.Jobs;

/// <summary>Two services on one database, of which one is killed while both enrol and verify.</summary>
[NeedsPostgres]
[Collection(PostgresTests.Name)]
public sealed class ManyHostsTests(PostgresFixture fixture, ITestOutputHelper log) : IDisposable
{
    private const int Clients = 8;
    private const int Regulars = 8;

    /// <summary>SPEAKER_HOSTS_ENROLMENTS and SPEAKER_HOSTS_VERIFICATIONS, or as many as take seconds.</summary>
    private static readonly int Enrolments = Count("SPEAKER_HOSTS_ENROLMENTS", 40);
    private static readonly int Verifications = Count("SPEAKER_HOSTS_VERIFICATIONS", 200);

    private readonly TemporaryFolder _folder = new();
    private readonly TestModel _model = new();
    private readonly ConcurrentBag<double> _seconds = [];

    public void Dispose()
    {
        _folder.Dispose();
        _model.Dispose();
    }

    [StoreFact]
    public async Task Killed_OneOfTwoServices_NothingIsLostNothingTwiceAndTheOtherServesOn()
    {
        var place = fixture.Server.NewDatabase();
        var recording = await File.ReadAllBytesAsync(Sounds.WriteSpeech(_folder.File("a.wav"), "de", count: 4));
        var speaker = new SpeakerProcess(_folder, _model.Path);
        (string, string)[] environment =
        [
            ("SPEAKER_STORE", place), ("Speaker__Http__AttemptsPerMinute", "1000000"),
            ("Speaker__Http__RequestsPerMinute", "1000000"), ("Speaker__Http__RejectionsBeforeLockOut", "1000000"),
            ("Speaker__Replay__Enabled", "false"),
        ];
        using var doomed = await RunningService.StartAsync(speaker, environment);
        using var other = await RunningService.StartAsync(speaker, environment);
        RunningService[] services = [doomed, other];
        for (var i = 0; i < Regulars; i++)
        {
            using var enrolled = await other.Client.PostAsync(
                $"/v1/speakers/regular{i}/utterances", HttpService.Body(recording, "audio/wav"));
            Assert.Equal(201, (int)enrolled.StatusCode);
        }

        var begun = Stopwatch.GetTimestamp();
        var (put, verified, failures) = (0, 0, 0);
        var killing = Task.Run(async () =>
        {
            // In the middle of both.
            await RunningService.WaitAsync(
                () => Volatile.Read(ref put) > Enrolments / 2 && Volatile.Read(ref verified) > Verifications / 4,
                () => $"half: {put} enrolments, {verified} verifications");
            doomed.Kill();
        });
        var enrolling = OnClientsAsync(Enrolments, async i =>
        {
            // Whoever has no answer asks the other: at least once.
            for (var attempt = i; await services[attempt % 2].TryPutAsync($"guest{i}", recording) is null; attempt++)
            {
                Interlocked.Increment(ref failures);
            }

            Interlocked.Increment(ref put);
        });
        var verifying = OnClientsAsync(Verifications, async i =>
        {
            for (var attempt = i; !await TryVerifyAsync(services[attempt % 2], $"regular{i % Regulars}", recording); attempt++)
            {
                Interlocked.Increment(ref failures);
            }

            Interlocked.Increment(ref verified);
        });
        await Task.WhenAll(enrolling, verifying, killing);
        var asked = Stopwatch.GetElapsedTime(begun);

        var queue = HelperProcess.OpenQueue(place, JobQueueConformance.Limits);
        using var closedQueue = queue as IDisposable;
        await RunningService.WaitAsync(
            async () => (await queue.CountAsync(default)) is { Waiting: 0, Running: 0 }, () => "an empty queue");
        var all = Stopwatch.GetElapsedTime(begun);
        Assert.Empty(await queue.ListAsync(JobState.Failed, 10, default));
        var store = HelperProcess.OpenStore(place);
        using var closedStore = store as IDisposable;
        var kept = (await store.ReadAllAsync(_model.Hash, default)).ToDictionary(each => each.Name, each => each.Utterances.Count);
        Assert.Equal(Enrolments + Regulars, kept.Count);
        Assert.All(kept.Values, utterances => Assert.Equal(1, utterances));
        Assert.True(failures > 0, "nobody noticed that one was killed");
        using var ready = await other.Client.GetAsync("/health/ready");
        Assert.Equal(200, (int)ready.StatusCode);
        other.Stop();
        Assert.Equal(0, other.ExitCode);

        double[] sorted = [.. _seconds.Order()];
        log.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Enrolments} enrolments and {Verifications} verifications, {failures} requests had to ask the other service, " +
            $"0 lost, 0 twice; answered within {asked.TotalSeconds:0.0} s, enrolled within {all.TotalSeconds:0.0} s; " +
            $"verification p50 {1e3 * sorted[sorted.Length / 2]:0} ms, p99 {1e3 * sorted[sorted.Length * 99 / 100]:0} ms"));
    }

    private async Task<bool> TryVerifyAsync(RunningService service, string speaker, byte[] recording)
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await service.Client.PostAsync(
                $"/v1/speakers/{speaker}/verify", HttpService.Body(recording, "audio/wav"));
            if ((int)answer.StatusCode == 503)
            {
                return false;
            }

            var document = await HttpService.JsonAsync(answer, 200);
            Assert.Equal("accept", document.GetProperty("decision").GetString());
            _seconds.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static Task OnClientsAsync(int count, Func<int, Task> ask) => Parallel.ForAsync(
        0, count, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (i, _) => await ask(i));

    private static int Count(string variable, int usual) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } number
            ? int.Parse(number, CultureInfo.InvariantCulture)
            : usual;
}
