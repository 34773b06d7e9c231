using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;
using Speaker.Audio;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;
using Speaker.Host.Agents;
using Speaker.Host.Keys;
using Speaker.Jobs;

namespace Speaker.Host.Cli;

/// <summary><c>mcp</c>.</summary>
internal static class McpCommand
{
    /// <summary>For the help.</summary>
    public const string Description =
        "Let an agent use Speaker: a server of the Model Context Protocol on stdin and stdout, which the agent's " +
        "program starts. It verifies, identifies and lists; what it asks to enrol is held until a person confirms it " +
        "with 'speaker jobs confirm ID'. Over HTTP: the setting Speaker:Http:Agents of 'serve'. Events go to stderr.";

    public static Command Create()
    {
        var command = new Command("mcp", Description);
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            var builder = VerbServices.CreateBuilder(parsed);
            builder.AddEvents(output);
            using var host = builder.BuildChecked();
            // Before the agent asks: a model or a store that cannot be used ends the command with its message.
            var recognizer = host.Services.GetRequiredService<SpeakerRecognizer>();
            var store = host.Services.GetRequiredService<IEditableStore>();
            await store.PrepareAsync(recognizer.ModelHash, cancellation);
            var options = new McpServerOptions();
            AgentTools.Configure(options, new LocalCaller(QueueOptions(parsed))
            {
                Recognizer = recognizer,
                Store = store,
                Queue = host.Services.GetRequiredService<IJobQueue>(),
                Recognition = host.Services.GetRequiredService<IOptions<SpeakerOptions>>().Value,
                Jobs = host.Services.GetRequiredService<IOptions<JobsOptions>>().Value,
                Scopes = KeyScopes.Enrol | KeyScopes.Verify | KeyScopes.Identify | KeyScopes.Admin,
                Tenant = VerbServices.TenantOf(parsed) ?? "",
            });
            var logging = host.Services.GetRequiredService<ILoggerFactory>();
            await using var transport = new StdioServerTransport(options, logging);
            await using var server = McpServer.Create(transport, options, logging, host.Services);
            await server.RunAsync(cancellation);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>What a command that finds the same queue needs besides.</summary>
    private static string QueueOptions(ParseResult parsed) => string.Concat(
        ((Option<string?>[])[GlobalOptions.Store, GlobalOptions.Tenant])
        .Where(option => parsed.GetValue(option) is not null)
        .Select(option => $" {option.Name} '{parsed.GetValue(option)!.Replace("'", "'\\''", StringComparison.Ordinal)}'"));

    /// <summary>The user of the terminal, who may do with the verbs whatever the agent asks for.</summary>
    private sealed class LocalCaller(string queueOptions) : AgentCaller
    {
        public override string ConfirmCommand(string id) => $"speaker jobs confirm {id}{queueOptions}";

        public override bool ReadsFiles => true;

        public override double? MaximumSeconds => null;

        public override Task<Decision> VerifyAsync(
            string speaker, AudioInput recording, CancellationToken cancellationToken) =>
            Recognizer.VerifyAsync(speaker, recording, cancellationToken);

        public override Task<Decision> IdentifyAsync(AudioInput recording, CancellationToken cancellationToken) =>
            Recognizer.IdentifyAsync(recording, cancellationToken);

        public override AgentProblem? Explain(Exception exception) => exception switch
        {
            AudioException => new AgentProblem("unreadableRecording", exception.Message),
            StoreException => new AgentProblem("storeFailed", exception.Message),
            ModelException => new AgentProblem("modelUnusable", exception.Message),
            JobQueueFullException => new AgentProblem("queueFull", exception.Message),
            _ => null,
        };
    }
}
