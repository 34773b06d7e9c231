using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Speaker.Host.Tests.Support;

/// <summary><c>serve</c> as a process of its own on a free port, with the events that it wrote, and a client of it.</summary>
internal sealed class RunningService : IDisposable
{
    private readonly ConcurrentQueue<string> _events = [];
    private readonly Process _process;

    private RunningService(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
            {
                _events.Enqueue(line.Data);
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromMinutes(2) };

    public int ExitCode => _process.ExitCode;

    /// <summary>Lines of its log, each an object.</summary>
    public IEnumerable<string> Events => _events;

    public static async Task<RunningService> StartAsync(
        SpeakerProcess speaker, (string Name, string Value)[] environment, params string[] arguments)
    {
        var service = new RunningService(speaker.Start(
            [
                ("Speaker__Jobs__LeaseSeconds", "2"), ("Speaker__Jobs__PollSeconds", "0.2"),
                ("Speaker__Inbox__StableSeconds", "0.2"), ("Speaker__Inbox__RescanSeconds", "1"), .. environment,
            ],
            [
                "serve", "--json", .. arguments.Contains("--urls") ? (string[])[] : ["--urls", "http://127.0.0.1:0"],
                .. arguments,
            ]));
        await WaitAsync(() => service.Has("listening"), () => string.Join('\n', service._events));
        using var listening = JsonDocument.Parse(service._events.First(line => IsOf(line, "listening")));
        service.Client.BaseAddress = new Uri(listening.RootElement.GetProperty("urls").GetString()!);
        return service;
    }

    /// <summary>Whether there was such an event.</summary>
    public bool Has(string name) => _events.Any(line => IsOf(line, name));

    /// <summary>Puts an enrolment into the queue.</summary>
    /// <returns>The address of the job; null where the service did not say that it has it.</returns>
    public async Task<string?> TryPutAsync(string speaker, byte[] recording)
    {
        try
        {
            using var answer = await Client.PostAsync(
                $"/v1/speakers/{speaker}/utterances?async=true", Http.HttpService.Body(recording, "audio/wav"));
            return (int)answer.StatusCode == 202 ? answer.Headers.Location!.OriginalString : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Asks it to stop, and waits until it has.</summary>
    public void Stop()
    {
        SpeakerProcess.Signal(_process, "TERM");
        SpeakerProcess.WaitForExit(_process);
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    /// <summary>Waits for what must come.</summary>
    public static Task WaitAsync(Func<bool> condition, Func<string> what) =>
        WaitAsync(() => Task.FromResult(condition()), what);

    /// <summary>Waits for what must come.</summary>
    public static async Task WaitAsync(Func<Task<bool>> condition, Func<string> what)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(4), $"that never came: {what()}");
            await Task.Delay(50);
        }
    }

    private static bool IsOf(string line, string name) =>
        line.Contains($"\"event\":\"{name}\"", StringComparison.Ordinal);
}
