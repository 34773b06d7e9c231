using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Speaker.Host.Agents;

/// <summary>
/// One tool of the Model Context Protocol. Its answer is an object, as text and as structured content; what goes wrong and
/// is to be expected is an answer too, with a code and a message that the agent can act on.
/// </summary>
internal sealed class AgentTool : McpServerTool
{
    private readonly AgentCaller _caller;
    private readonly Func<AgentArguments, CancellationToken, Task<JsonElement>> _run;

    private AgentTool(
        Tool protocolTool, AgentCaller caller, Func<AgentArguments, CancellationToken, Task<JsonElement>> run)
    {
        ProtocolTool = protocolTool;
        _caller = caller;
        _run = run;
    }

    public override Tool ProtocolTool { get; }

    public override IReadOnlyList<object> Metadata => [];

    /// <param name="name">What agents call it by.</param>
    /// <param name="title">For people.</param>
    /// <param name="description">When to use it, and what comes back.</param>
    /// <param name="schema">JSON Schema of its arguments.</param>
    /// <param name="isReadOnly">Whether it changes nothing.</param>
    /// <param name="caller">Whom it works for.</param>
    /// <param name="type">Of the answer.</param>
    /// <param name="run">Answers.</param>
    public static AgentTool Create<T>(
        string name,
        string title,
        string description,
        string schema,
        bool isReadOnly,
        AgentCaller caller,
        JsonTypeInfo<T> type,
        Func<AgentArguments, CancellationToken, Task<T>> run) => new(
        new Tool
        {
            Name = name,
            Title = title,
            Description = description,
            InputSchema = JsonDocument.Parse(schema).RootElement,
            Annotations = new ToolAnnotations
            {
                Title = title, ReadOnlyHint = isReadOnly, DestructiveHint = false, OpenWorldHint = false,
            },
        },
        caller,
        async (arguments, cancellationToken) =>
            JsonSerializer.SerializeToElement(await run(arguments, cancellationToken), type));

    public override async ValueTask<CallToolResult> InvokeAsync(
        RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
    {
        try
        {
            var arguments = request.Params?.Arguments ?? new Dictionary<string, JsonElement>();
            RequireKnown(arguments.Keys);
            return Answer(await _run(new AgentArguments(arguments, _caller), cancellationToken), isError: false);
        }
        catch (Exception exception) when (Problem(exception) is { } problem)
        {
            return Answer(JsonSerializer.SerializeToElement(problem, AgentJson.Output.AgentProblem), isError: true);
        }
    }

    private static CallToolResult Answer(JsonElement answer, bool isError) => new()
    {
        Content = [new TextContentBlock { Text = answer.GetRawText() }],
        StructuredContent = answer,
        IsError = isError,
    };

    private AgentProblem? Problem(Exception exception) => exception is AgentException problem
        ? new AgentProblem(problem.Code, problem.Message)
        : _caller.Explain(exception);

    private void RequireKnown(IEnumerable<string> names)
    {
        var known = ProtocolTool.InputSchema.GetProperty("properties");
        if (names.FirstOrDefault(name => !known.TryGetProperty(name, out _)) is { } unknown)
        {
            throw new AgentException(
                $"there is no argument '{unknown}': {ProtocolTool.Name} takes " +
                (string.Join(", ", known.EnumerateObject().Select(each => each.Name)) is { Length: > 0 } taken
                    ? taken
                    : "none"));
        }
    }
}
