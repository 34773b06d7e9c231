using System.CommandLine;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;
using Speaker.Host.House;
using Speaker.Host.Http;
using Speaker.Host.Http.Facades;
using Speaker.Host.Inbox;
using Speaker.Host.Jobs;
using Speaker.Host.Retention;
using Speaker.Host.Telephone;
using Speaker.Host.Webhooks;
using Speaker.Jobs;

namespace Speaker.Host.Cli;

/// <summary><c>serve</c>.</summary>
internal static class ServeCommand
{
    /// <summary>For the help.</summary>
    public const string Description =
        "Watch a folder and enrol the recordings that arrive in it, and answer HTTP, until Ctrl-C or SIGTERM. " +
        "With --http or --urls the folder is watched only if it exists or is given. Events go to stderr, with " +
        "--json as one object a line. With the setting Speaker:House:Listen it stands before the speech recognition " +
        "of a smart home too: docs/house.md.";

    public static Command Create()
    {
        var inbox = Folder("--inbox", "Folder to watch; files are INBOX/speaker/file. Default: inbox.");
        var processed = Folder("--processed", "Folder that enrolled files move to. Default: processed.");
        var refused = Folder("--refused", "Folder that refused files move to, each with file.reason.json beside it. " +
            "Default: refused.");
        var http = FlagOption.Create(
            "--http", "Answer HTTP too, at the addresses of Speaker:Http:Urls: http://127.0.0.1:8080.");
        var urls = new Option<string?>("--urls")
        {
            Description = "Answer HTTP too, at these addresses: http://HOST:PORT, several with ; between them. Other " +
                "addresses than this machine's own need keys: see 'speaker key'. Default: no HTTP.",
            HelpName = "URLS",
        };
        var migrate = FlagOption.Create(
            "--migrate", "Move a store of another model to the one in use, from the recordings that were kept; the " +
            "service is not ready meanwhile.");
        var command = new Command("serve", Description)
        {
            inbox,
            processed,
            refused,
            http,
            urls,
            migrate,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            var builder = VerbServices.CreateBuilder(
                parsed,
                new($"{SettingKeys.Inbox}:{nameof(InboxOptions.Directory)}", parsed.GetValue(inbox), inbox.Name),
                new($"{SettingKeys.Inbox}:{nameof(InboxOptions.ProcessedDirectory)}", parsed.GetValue(processed),
                    processed.Name),
                new($"{SettingKeys.Inbox}:{nameof(InboxOptions.RefusedDirectory)}", parsed.GetValue(refused),
                    refused.Name),
                new($"{SettingKeys.Http}:{nameof(HttpOptions.Enabled)}",
                    parsed.GetValue(http) || parsed.GetValue(urls) is not null ? "true" : null, http.Name),
                new($"{SettingKeys.Http}:{nameof(HttpOptions.Urls)}", parsed.GetValue(urls), urls.Name),
                new($"{SettingKeys.Jobs}:{nameof(JobsOptions.Migrate)}", parsed.GetValue(migrate) ? "true" : null,
                    migrate.Name));
            builder.AddEvents(output);

            // What does not end by then, such as a write to a store that another process holds, ends with the process:
            // that is no worse than being killed, which loses nothing.
            var patience = TimeSpan.FromSeconds(5);
            builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = patience);
            HttpServer.AddDefaults(builder.Services);
            builder.Services.AddJobs().AddSingleton<InboxService>().AddSingleton<IJobHandler, InboxHandler>();
            var isGiven = parsed.GetResult(inbox) is not null;
            builder.Services.AddSingleton<IHostedService>(services => WatchesInbox(services, isGiven)
                ? services.GetRequiredService<InboxService>()
                : ActivatorUtilities.CreateInstance<AbsentInbox>(services));
            builder.Services.AddHostedService<RetentionService>();
            // After the inbox, so that it stops first, and the inbox moves what is done.
            builder.Services.AddSingleton<JobWorkerService>()
                .AddHostedService(services => services.GetRequiredService<JobWorkerService>());
            builder.Services.AddWebhooks().AddHouse();
            using var host = builder.BuildChecked();
            var isHttp = host.Services.GetRequiredService<IOptions<HttpOptions>>().Value.Enabled;
            if (isHttp && VerbServices.TenantOf(parsed) is { } tenant)
            {
                throw new UsageException(
                    $"over HTTP the key says the tenant, for all of them at once: leave out --tenant {tenant}; without HTTP " +
                    "it says whose inbox it is");
            }

            var telephone = new TelephoneDoor(host.Services);
            if (telephone.IsAsked && !isHttp)
            {
                throw new UsageException(
                    "Speaker:Telephone is part of the HTTP service: switch that on with --http, or leave out " +
                    "MediaStreams and AudioSocket");
            }

            // Before the service starts, so that a model or a store that cannot be used ends the command with its
            // message.
            await PrepareAsync(host.Services, cancellation);
            // So is a file of its settings.
            _ = host.Services.GetRequiredService<HouseService>();
            using var telemetry = new Telemetry();
            var inboxService = host.Services.GetRequiredService<InboxService>();
            await using var server = isHttp
                ? await HttpServer.StartAsync(
                    host.Services, KeyCommand.FileOf(host.Services), [.. AllFacades.Create(), telephone], cancellation)
                : null;
            await using var audioSocket = telephone.Listen();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var serving = server?.ServeAsync(patience, stop.Token) ?? Task.CompletedTask;
            await host.StartAsync(cancellation);
            // Signals are VerbRunner's: they cancel the token, and the host stops its services before this returns.
            await host.WaitForShutdownAsync(cancellation);
            await stop.CancelAsync();
            await serving;
            if ((inboxService.Failure ?? host.Services.GetRequiredService<JobWorkerService>().Failure) is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Makes the store ready for the model, or sees to it that it becomes so.</summary>
    /// <exception cref="StoreException">It cannot be used; or it is of another model, and is not to be moved, or has an
    /// utterance without its recording.</exception>
    private static async Task PrepareAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var jobs = services.GetRequiredService<IOptions<JobsOptions>>().Value;
        try
        {
            await services.GetRequiredService<IEditableStore>().PrepareAsync(
                services.GetRequiredService<ISpeakerRecognizer>().ModelHash, cancellation);
        }
        catch (StoreException exception) when (exception.Problem == StoreProblem.OtherModel && jobs.Migrate)
        {
            if (!await services.GetRequiredService<MigrationHandler>().PutAsync(
                services.GetRequiredService<IJobQueue>(), jobs.Attempts, cancellation))
            {
                throw new StoreException(
                    StoreProblem.OtherModel,
                    $"{exception.Message}. It cannot be moved to this model: not every recording was kept " +
                    "(Speaker:Store:KeepRecordings); 'speaker migrate' names those that are missing",
                    exception);
            }
        }
    }

    /// <summary>Without HTTP and a house always: the service would have nothing to do.</summary>
    private static bool WatchesInbox(IServiceProvider services, bool isGiven)
    {
        var folder = services.GetRequiredService<IOptions<InboxOptions>>().Value.Directory;
        var hasOther = services.GetRequiredService<IOptions<HttpOptions>>().Value.Enabled
            || services.GetRequiredService<IOptions<HouseOptions>>().Value.IsOn;
        return isGiven || !hasOther || folder != new InboxOptions().Directory || Directory.Exists(folder);
    }

    private static Option<string?> Folder(string name, string description) =>
        new(name) { Description = description, HelpName = "DIR" };
}
