using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ModelContextProtocol.AspNetCore;
using Speaker.Audio;
using Speaker.CommandLine.Options;
using Speaker.Host.Agents;
using Speaker.Host.Keys;
using Speaker.Host.Presentation;
using Speaker.Host.Tenants;
using Speaker.Jobs;

namespace Speaker.Host.Http;

/// <summary>
/// The Model Context Protocol over HTTP (its transport "Streamable HTTP"), without sessions: every request has its key, and
/// the tools that it is offered are those that the key may use.
/// </summary>
/// <param name="services">Have the queue and the options.</param>
/// <param name="options">What is switched off, and the limits.</param>
/// <param name="verification">Decides on claimed speakers.</param>
/// <param name="metrics">Counts decisions.</param>
internal sealed class AgentEndpoint(
    IServiceProvider services, HttpOptions options, GuardedVerification verification, ServiceMetrics metrics)
{
    /// <summary>What the endpoint needs of the application that it is mapped in.</summary>
    public static void AddServices(IServiceCollection services) =>
        services.AddMcpServer().WithHttpTransport(transport => transport.Stateless = true);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<IOptions<HttpServerTransportOptions>>().Value.ConfigureSessionOptions =
            (context, server, _) =>
            {
                AgentTools.Configure(server, CallerOf(context));
                return Task.CompletedTask;
            };
        routes.MapMcp("/mcp").WithMetadata(
            new Operation("agent", KeyScopes.None, Listens: true), new BodyLimit((long)(options.AgentMegabytes * 1e6)));
    }

    private RemoteCaller CallerOf(HttpContext context)
    {
        var tenant = Tenant.Of(context);
        return new RemoteCaller(tenant, options, verification, metrics)
        {
            Recognizer = tenant.Recognizer,
            Store = tenant.Store,
            Queue = services.GetRequiredService<IJobQueue>(),
            Recognition = services.GetRequiredService<IOptions<SpeakerOptions>>().Value,
            Jobs = services.GetRequiredService<IOptions<JobsOptions>>().Value,
            Scopes = CallerScopes.Of(context),
            Tenant = tenant.Name,
        };
    }

    /// <summary>A message is in memory as a whole, in Base64, several times over.</summary>
    private sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;

    /// <summary>Whoever has a key, held to everything that the other endpoints hold to.</summary>
    private sealed class RemoteCaller(
        Tenant tenant, HttpOptions options, GuardedVerification verification, ServiceMetrics metrics) : AgentCaller
    {
        public override bool ReadsFiles => false;

        public override double? MaximumSeconds => options.MaximumSeconds;

        public override string ConfirmCommand(string id) => $"speaker jobs confirm {id}";

        public override async Task<Decision> VerifyAsync(
            string speaker, AudioInput recording, CancellationToken cancellationToken)
        {
            DecisionEndpoints.RequireOn(options.Verify, "verify");
            return Counted("verify", await verification.DecideAsync(
                tenant, speaker, recording, _ => true, cancellationToken));
        }

        public override async Task<Decision> IdentifyAsync(AudioInput recording, CancellationToken cancellationToken)
        {
            DecisionEndpoints.RequireOn(options.Identify, "identify");
            return Counted("identify", await Recognizer.IdentifyAsync(recording, cancellationToken));
        }

        public override AgentProblem? Explain(Exception exception) =>
            Problems.Of(exception) is { } problem ? new AgentProblem(problem.Code, problem.Message) : null;

        private Decision Counted(string operation, Decision answer)
        {
            metrics.Decided(
                operation, DecisionPresenter.Word(answer.Outcome), ReasonCode.Of(answer.Reason), answer.TotalSeconds);
            return answer;
        }
    }
}
