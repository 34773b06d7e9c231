using System.CommandLine;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;
using Speaker.Host.Inbox;
using Speaker.Host.Presentation;

namespace Speaker.Host.Cli;

/// <summary><c>serve</c>.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var inbox = Folder("--inbox", "Folder to watch; files are INBOX/speaker/file. Default: inbox.");
        var processed = Folder("--processed", "Folder that enrolled files move to. Default: processed.");
        var refused = Folder("--refused", "Folder that refused files move to, each with file.reason.json beside it. " +
            "Default: refused.");
        var command = new Command("serve",
            "Watch a folder and enrol the recordings that arrive in it, until Ctrl-C or SIGTERM. Events go to " +
            "stderr, with --json as one object a line.")
        {
            inbox,
            processed,
            refused,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            var builder = VerbServices.CreateBuilder(
                parsed,
                new($"{SettingKeys.Inbox}:{nameof(InboxOptions.Directory)}", parsed.GetValue(inbox), inbox.Name),
                new($"{SettingKeys.Inbox}:{nameof(InboxOptions.ProcessedDirectory)}", parsed.GetValue(processed),
                    processed.Name),
                new($"{SettingKeys.Inbox}:{nameof(InboxOptions.RefusedDirectory)}", parsed.GetValue(refused),
                    refused.Name));
            builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
            // Results are on stdout in every verb; a service has none, only diagnostics.
            builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
            if (output.Json)
            {
                builder.Services.AddSingleton<ConsoleFormatter, JsonLogFormatter>();
                builder.Logging.AddConsole(console => console.FormatterName = JsonLogFormatter.FormatterName);
            }
            else
            {
                builder.Logging.AddSimpleConsole(console =>
                {
                    console.SingleLine = true;
                    console.TimestampFormat = "yyyy-MM-dd HH:mm:ss'Z' ";
                    console.UseUtcTimestamp = true;
                });
            }

            // What does not end by then, such as a write to a store that another process holds, ends with the process:
            // that is no worse than being killed, which loses nothing.
            var patience = TimeSpan.FromSeconds(5);
            builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = patience);
            builder.Services.AddSingleton<InboxService>();
            builder.Services.AddHostedService(services => services.GetRequiredService<InboxService>());
            using var host = builder.BuildChecked();
            // Before the service starts, so that a model or a store that cannot be used ends the command with its
            // message.
            var recognizer = host.Services.GetRequiredService<ISpeakerRecognizer>();
            await host.Services.GetRequiredService<IEditableStore>().PrepareAsync(recognizer.ModelHash, cancellation);
            var inboxService = host.Services.GetRequiredService<InboxService>();
            // Signals are VerbRunner's: they cancel the token, and the host stops its services before this returns.
            await host.RunAsync(cancellation);
            if (inboxService.Failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Option<string?> Folder(string name, string description) =>
        new(name) { Description = description, HelpName = "DIR" };
}
