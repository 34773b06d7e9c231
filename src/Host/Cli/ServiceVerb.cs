using System.CommandLine;
using System.Diagnostics.CodeAnalysis;

namespace Speaker.Host.Cli;

/// <summary>
/// A verb that serves others, and needs a web server and clients of message brokers. A program that starts, answers and
/// ends is better off without them: they are in the program <c>speaker-service</c>, which has every verb, and here the verb
/// is named for the help.
/// </summary>
internal sealed class ServiceVerb : Command
{
    private ServiceVerb(string name, string description)
        : base(name, description) => TreatUnmatchedTokensAsErrors = false;

    /// <summary>Whether this build has these verbs itself.</summary>
    [FeatureSwitchDefinition("Speaker.Services")]
    public static bool AreHere => !AppContext.TryGetSwitch("Speaker.Services", out var isOn) || isOn;

    public static Command Serve() => AreHere ? ServeCommand.Create() : new ServiceVerb("serve", ServeCommand.Description);

    public static Command Worker() => AreHere ? WorkerCommand.Create() : new ServiceVerb("worker", WorkerCommand.Description);

    public static Command Agents() => AreHere ? McpCommand.Create() : new ServiceVerb("mcp", McpCommand.Description);
}
