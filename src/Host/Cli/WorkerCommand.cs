using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;
using Speaker.Host.Buckets;
using Speaker.Host.Jobs;
using Speaker.Host.Webhooks;

namespace Speaker.Host.Cli;

/// <summary><c>worker</c>.</summary>
internal static class WorkerCommand
{
    /// <summary>As long as a service waits for what is under way.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>For the help.</summary>
    public const string Description =
        "Do the jobs of the queue that belongs to the store, until Ctrl-C or SIGTERM: enrolments that 'serve' took " +
        "over HTTP, and files of a bucket. With a store in PostgreSQL any number of hosts do them; if one dies, " +
        "others take over what it had begun. Events go to stderr, with --json as one object a line.";

    public static Command Create()
    {
        var bucket = new Option<string?>("--bucket")
        {
            Description = "Folder of files DIR/speaker/recording to enrol, each once; nothing in it is moved. Hosts " +
                "that share it may have it at different places, under one name. Default: none.",
            HelpName = "DIR",
        };
        var workers = NumberOption.Whole(
            "--workers", "N", "Jobs at a time. Default: as many recordings as Speaker:Inference:Concurrency says.", 1,
            1024);
        var untilIdle = FlagOption.Create("--until-idle", "End when no job waits and none is worked on.");
        var command = new Command("worker", Description)
        {
            bucket,
            workers,
            untilIdle,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            var builder = VerbServices.CreateBuilder(
                parsed,
                new GivenSetting(
                    $"{SettingKeys.Jobs}:{nameof(JobsOptions.Workers)}", VerbServices.Text(parsed.GetValue(workers)),
                    workers.Name));
            builder.AddEvents(output);
            // Services with HTTP send webhooks, and have the secret; who does a job says that there is one to send.
            builder.Services.AddJobs().AddWebhooks();
            if (parsed.GetValue(bucket) is { } folder)
            {
                builder.Services.AddSingleton(new Bucket(BucketPath(folder)))
                    .AddSingleton<IJobHandler, BucketHandler>().AddSingleton<BucketScan>();
            }

            using var host = builder.BuildChecked();
            // So that a model or a store that cannot be used ends the command with its message.
            var recognizer = host.Services.GetRequiredService<ISpeakerRecognizer>();
            await host.Services.GetRequiredService<IEditableStore>().PrepareAsync(recognizer.ModelHash, cancellation);
            await WorkAsync(host, parsed.GetValue(untilIdle), cancellation);
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task WorkAsync(IHost host, bool untilIdle, CancellationToken cancellation)
    {
        var worker = host.Services.GetRequiredService<JobWorker>();
        var jobs = host.Services.GetRequiredService<IOptions<JobsOptions>>().Value;
        var speaker = host.Services.GetRequiredService<IOptions<SpeakerOptions>>().Value;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (looked, looking) = (new TaskCompletionSource(), Task.CompletedTask);
        if (host.Services.GetService<BucketScan>() is { } scan)
        {
            looking = scan.RunAsync(looked, stop.Token);
        }
        else
        {
            looked.SetResult();
        }

        // Until the bucket was looked through there may be nothing of it in the queue yet.
        var working = worker.RunAsync(
            jobs.Workers ?? JobServices.Concurrency(speaker), () => untilIdle && looked.Task.IsCompleted, stop.Token);
        await Task.WhenAny(working, Task.Delay(Timeout.Infinite, cancellation));
        await stop.CancelAsync();
        await Task.WhenAny(working, Task.Delay(Patience, CancellationToken.None));
        if (!working.IsCompleted)
        {
            // Such as a write to a store that another process holds: it ends with this process, and is done again.
            await worker.GiveBackAsync();
            return;
        }

        await working;
        await looking;
    }

    /// <exception cref="UsageException">It is no folder.</exception>
    private static string BucketPath(string folder) => Directory.Exists(folder)
        ? Path.GetFullPath(folder)
        : throw new UsageException($"--bucket is '{folder}', which is no folder: make it, or mount it");
}
