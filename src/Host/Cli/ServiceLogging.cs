using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Speaker.CommandLine;
using Speaker.Host.Presentation;

namespace Speaker.Host.Cli;

/// <summary>Events of the verbs that run until they are stopped: on stderr, with --json one object a line.</summary>
internal static class ServiceLogging
{
    public static void AddEvents(this HostApplicationBuilder builder, VerbOutput output)
    {
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        // That a request came and was answered.
        builder.Logging.AddFilter("ModelContextProtocol", LogLevel.Warning);
        // Results are on stdout in every verb; a service has none, only diagnostics.
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (output.Json)
        {
            builder.Services.AddSingleton<ConsoleFormatter, JsonLogFormatter>();
            builder.Logging.AddConsole(console => console.FormatterName = JsonLogFormatter.FormatterName);
            return;
        }

        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd HH:mm:ss'Z' ";
            console.UseUtcTimestamp = true;
        });
    }
}
