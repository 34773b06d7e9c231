using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;
using Speaker.Host.Challenges;
using Speaker.Host.Jobs;
using Speaker.Host.Keys;
using Speaker.Host.Tenants;
using Speaker.Inference;
using Speaker.Jobs;

namespace Speaker.Host.Http;

/// <summary>The HTTP service: one that listens, from its start until it is disposed.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly IDocumentStore _documents;
    private readonly OpenTenants _tenants;
    private readonly ServiceMetrics _metrics;
    private readonly PrometheusText _prometheus;
    private readonly JobGauge _jobs;
    private readonly RequestObserver _observer;
    private readonly ILogger _logger;

    private HttpServer(IServiceProvider services, KeyRing keys, IEnumerable<IFacade> facades)
    {
        var options = services.GetRequiredService<IOptions<HttpOptions>>();
        var speaker = services.GetRequiredService<IOptions<SpeakerOptions>>();
        var time = services.GetRequiredService<TimeProvider>();
        var recognizer = services.GetRequiredService<SpeakerRecognizer>();
        var store = services.GetRequiredService<IEditableStore>();
        _documents = VerbServices.OpenDocumentsOf(services, "");
        _tenants = new OpenTenants(new Tenant("", store, recognizer, _documents), options.Value.OpenTenants, Open);
        _logger = services.GetRequiredService<ILogger<HttpServer>>();
        _metrics = new ServiceMetrics();
        _prometheus = new PrometheusText(_metrics.Meter);
        _jobs = new JobGauge(_metrics.Meter, services.GetRequiredService<IJobQueue>(), time);
        _observer = new RequestObserver(_metrics, _logger);
        _application = Build(options.Value, services.GetRequiredService<ILoggerFactory>());
        _application.Use(AnswerHeaders.InvokeAsync);
        _application.UseWebSockets(new WebSocketOptions());
        _application.Use(_observer.InvokeAsync);
        _application.UseRouting();
        _application.Use(new RequestGate(keys, _tenants, options.Value, time, _logger).InvokeAsync);
        new OperationEndpoints(
            recognizer, store, services.GetRequiredService<MigrationHandler>(), _prometheus).Map(_application);
        var jobs = new JobEndpoints(
            services.GetRequiredService<IJobQueue>(), services.GetRequiredService<JobSignal>(),
            services.GetRequiredService<IOptions<JobsOptions>>().Value,
            services.GetRequiredService<IOptions<WebhookOptions>>().Value);
        jobs.Map(_application);
        new SpeakerEndpoints(jobs, speaker.Value, options.Value, _metrics).Map(_application);
        var verification = new GuardedVerification(
            new ClaimGuard(options.Value, time), options.Value, _metrics, _logger);
        var challenges = new ChallengeBook(
            options.Value.ChallengeDigits, TimeSpan.FromSeconds(options.Value.ChallengeSeconds),
            options.Value.Challenges, time);
        var gate = new ChallengeGate(challenges, options.Value);
        new DecisionEndpoints(speaker.Value, options.Value, verification, gate, _metrics).Map(_application);
        new LiveEndpoint(options.Value, verification, gate, _metrics, time, _application.Lifetime.ApplicationStopping)
            .Map(_application);
        new ChallengeEndpoints(challenges, options.Value).Map(_application);
        new TransferEndpoints(services.GetRequiredService<VoiceEncoder>(), speaker.Value, options.Value)
            .Map(_application);
        new GalleryEndpoints(speaker.Value).Map(_application);
        if (options.Value.Agents)
        {
            new AgentEndpoint(services, options.Value, verification, _metrics).Map(_application);
        }

        ApiDocument.Map(_application);
        new WebPage().Map(_application);
        var forFacades = new FacadeServices(
            options.Value, verification, _metrics, time, speaker.Value.Model.Path, _tenants);
        foreach (var facade in facades.Where(facade => facade.IsOn(options.Value)))
        {
            facade.Map(_application, forFacades);
        }

        Tenant Open(string name)
        {
            var own = VerbServices.OpenStoreOf(services, name);
            return new Tenant(name, own, recognizer.With(own), VerbServices.OpenDocumentsOf(services, name));
        }
    }

    /// <summary>Where it listens, with the ports that it got.</summary>
    public IEnumerable<string> Urls => _application.Urls;

    /// <summary>What it answers.</summary>
    public IEnumerable<RouteEndpoint> Endpoints => ((IEndpointRouteBuilder)_application).DataSources
        .SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    /// <summary>What is otherwise in the service than in the verbs where no setting says it.</summary>
    public static void AddDefaults(IServiceCollection services) =>
        services.PostConfigure<SpeakerOptions>(options => options.Replay.Enabled ??= true);

    /// <summary>Begins to listen.</summary>
    /// <param name="services">The recogniser, the store, and the options.</param>
    /// <param name="file">The keys. They are asked for where the file is there, and must be where others than this
    /// machine can reach the service.</param>
    /// <param name="facades">Those that the settings may switch on.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="UsageException">An address is not to be had; or others can reach it, and there is no
    /// key.</exception>
    public static async Task<HttpServer> StartAsync(
        IServiceProvider services, KeyFile file, IReadOnlyList<IFacade> facades, CancellationToken cancellationToken)
    {
        var options = services.GetRequiredService<IOptions<HttpOptions>>().Value;
        if (options.Addresses().FirstOrDefault(address => !address.IsLoopback) is { } reachable
            && file.Read().Count == 0)
        {
            throw new UsageException(
                $"{reachable.OriginalString} can be reached from other machines, and there is no key in {file.Path}: " +
                "make one with 'speaker key add NAME --scope SCOPE', or listen on 127.0.0.1");
        }

        // Read now, so that a file that cannot be used ends the start and not the first request.
        _ = file.Read();
        var keys = new KeyRing(file);
        var server = new HttpServer(services, keys, facades);
        try
        {
            await server._application.StartAsync(cancellationToken);
        }
        // InvalidOperationException: an address that cannot be listened on, such as localhost with port 0.
        catch (Exception exception) when (exception is IOException or SocketException or InvalidOperationException)
        {
            await server.DisposeAsync();
            throw new UsageException(
                $"HTTP cannot be served: {exception.Message.TrimEnd('.')}: end the other program, or choose another " +
                "address with --urls (Speaker:Http:Urls)",
                exception);
        }

        server._logger.Listening(
            string.Join(", ", server.Urls),
            keys.AreNeeded ? $"needed, from {file.Path}" : "not needed until there is one");
        return server;
    }

    /// <summary>Stays until it is asked to stop; then requests that are under way are answered.</summary>
    /// <param name="patience">After this they are given up.</param>
    /// <param name="stop">Asks it.</param>
    public async Task ServeAsync(TimeSpan patience, CancellationToken stop)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var limit = new CancellationTokenSource(patience);
        await _application.StopAsync(limit.Token);
        _logger.StoppedListening(_observer.Answered);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        await _jobs.DisposeAsync();
        _tenants.Dispose();
        (_documents as IDisposable)?.Dispose();
        _prometheus.Dispose();
        _metrics.Dispose();
    }

    private static WebApplication Build(HttpOptions options, ILoggerFactory logging)
    {
        // The empty builder: the settings are this program's own, and no variable of ASP.NET opens another port.
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ContentRootPath = ApplicationFiles.Root });
        builder.WebHost.UseKestrelCore().UseUrls([.. options.Addresses().Select(Bound)]);
        builder.Services.AddRoutingCore();
        if (options.Agents)
        {
            AgentEndpoint.AddServices(builder.Services);
        }

        builder.Services.AddSingleton<ILoggerFactory>(new DiscreetLogging(logging));
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = (long)(options.MaximumMegabytes * 1e6);
        });
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        return builder.Build();
    }

    /// <summary>What Kestrel is told. It listens on every interface for a name that it does not know, such as
    /// "loopback", which Uri takes for this machine: it gets the name that Uri made of it.</summary>
    private static string Bound(Uri address) =>
        address.IsLoopback ? address.GetLeftPart(UriPartial.Authority) : address.OriginalString;

    /// <summary>Signals are VerbRunner's, and start and stop are announced by this service's own events.</summary>
    private sealed class SilentLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
