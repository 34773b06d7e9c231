using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Speaker.CommandLine;
using Speaker.Host.Http;
using Speaker.Host.Http.Facades;
using Speaker.Host.Jobs;
using Speaker.Host.Keys;
using Speaker.Host.Tests.Support;
using Speaker.Host.Webhooks;
using Speaker.Jobs;

namespace Speaker.Host.Tests.Http;

/// <summary>A running HTTP service on a free port, with a store of its own, and a client of it.</summary>
internal sealed class HttpService : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly IHost _host;
    private readonly HttpServer _server;

    private HttpService(TemporaryFolder folder, IHost host, HttpServer server, KeyFile keys, EventLog events)
    {
        _folder = folder;
        _host = host;
        _server = server;
        Keys = keys;
        Events = events;
        Client = new HttpClient { BaseAddress = new Uri(server.Urls.Single()), Timeout = TimeSpan.FromMinutes(5) };
    }

    public HttpClient Client { get; }

    public KeyFile Keys { get; }

    public EventLog Events { get; }

    public IEnumerable<Microsoft.AspNetCore.Routing.RouteEndpoint> Endpoints => _server.Endpoints;

    public string Store => _folder.File("store", "voiceprints.db");

    /// <summary>Sends the webhooks that are in the queue.</summary>
    public Task SendAsync() => ActivatorUtilities.CreateInstance<JobWorker>(
        _host.Services, (IEnumerable<IJobHandler>)[_host.Services.GetRequiredService<WebhookSender>()],
        (IEnumerable<IJobNotice>)[]).RunAsync(1, () => true, default);

    /// <summary>What waits, and what is held.</summary>
    public IJobQueue Queue => _host.Services.GetRequiredService<IJobQueue>();

    /// <summary>Does the jobs that are in the queue.</summary>
    public Task WorkAsync() => _host.Services.GetRequiredService<JobWorker>().RunAsync(1, () => true, default);

    /// <param name="model">Path of the model.</param>
    /// <param name="time">Null: the system's.</param>
    /// <param name="keys">Scopes of keys that there are before the start; the key itself is what <see cref="KeyOf"/>
    /// makes.</param>
    /// <param name="settings">Below Speaker:Http, or in full.</param>
    public static async Task<HttpService> StartAsync(
        string model,
        TimeProvider? time = null,
        IReadOnlyList<ApiKey>? keys = null,
        params (string Name, string Value)[] settings)
    {
        var folder = new TemporaryFolder();
        var store = folder.File("store", "voiceprints.db");
        var builder = Composition.CreateBuilder(
        [
            new(SettingKeys.Model, model), new(SettingKeys.Store, store),
            new($"{SettingKeys.Http}:Urls", "http://127.0.0.1:0"),
            .. settings.Select(setting => new GivenSetting(
                setting.Name.Contains(':', StringComparison.Ordinal)
                    ? setting.Name
                    : $"{SettingKeys.Http}:{setting.Name}",
                setting.Value)),
        ]);
        HttpServer.AddDefaults(builder.Services);
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddJobs().AddWebhooks();
        var events = new EventLog();
        builder.Logging.AddProvider(events);
        var host = builder.BuildChecked();
        var file = new KeyFile(store + KeyFile.Ending);
        if (keys is not null)
        {
            file.Write(keys);
        }

        return new HttpService(
            folder, host, await HttpServer.StartAsync(host.Services, file, AllFacades.Create(), default), file, events);
    }

    /// <summary>A new key, as kept and as presented.</summary>
    public static (ApiKey Kept, string Presented) KeyOf(params string[] scopes)
    {
        var (id, key) = KeySecret.Create();
        return (new ApiKey(id, "test", scopes, KeySecret.HashOf(key), DateTimeOffset.UnixEpoch), key);
    }

    public Task<HttpResponseMessage> EnrolAsync(string speaker, params HttpContent[] recordings) =>
        Client.PostAsync($"/v1/speakers/{speaker}/utterances", Form(recordings));

    public Task<HttpResponseMessage> VerifyAsync(string speaker, HttpContent recording) =>
        Client.PostAsync($"/v1/speakers/{speaker}/verify", recording);

    /// <summary>Value of a metric; null where it was never counted.</summary>
    public async Task<double?> MetricAsync(string nameAndLabels)
    {
        var text = await Client.GetStringAsync("/metrics");
        return text.Split('\n').FirstOrDefault(line => line.StartsWith(nameAndLabels + " ", StringComparison.Ordinal))
            is { } line
            ? double.Parse(line[(nameAndLabels.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>A form with files named 0.wav, 1.wav and so on.</summary>
    public static MultipartFormDataContent Form(params HttpContent[] recordings)
    {
        var form = new MultipartFormDataContent();
        for (var i = 0; i < recordings.Length; i++)
        {
            form.Add(recordings[i], "file", $"{i}.wav");
        }

        return form;
    }

    /// <summary>Clips of one volunteer as a WAV body.</summary>
    public static ByteArrayContent Speech(string language, int first = 0, int count = 4) =>
        Wav(Sounds.Speech(language, first, count));

    public static ByteArrayContent Wav(float[] samples)
    {
        using var folder = new TemporaryFolder();
        return Body(File.ReadAllBytes(WaveFile.Write(folder.File("a.wav"), samples)), "audio/wav");
    }

    public static ByteArrayContent Body(byte[] bytes, string type)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }

    /// <summary>The answer's document, which must have come with a status.</summary>
    public static async Task<JsonElement> JsonAsync(HttpResponseMessage answer, int status)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode}: {text}");
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>Asserts a problem document with a status and a code.</summary>
    public static async Task<JsonElement> ProblemAsync(HttpResponseMessage answer, int status, string code)
    {
        var problem = await JsonAsync(answer, status);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            ["type", "title", "status", "detail", "code"],
            problem.EnumerateObject().Select(property => property.Name));
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        return problem;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        _host.Dispose();
        _folder.Dispose();
    }
}

/// <summary>What was logged.</summary>
internal sealed class EventLog : ILoggerProvider, ILogger
{
    public ConcurrentQueue<(int Id, LogLevel Level, string Message)> Entries { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        Entries.Enqueue((eventId.Id, logLevel, $"{formatter(state, exception)} {exception}"));

    public void Dispose()
    {
    }
}
