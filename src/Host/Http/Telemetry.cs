using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Speaker.CommandLine;
using Speaker.Recognition;

namespace Speaker.Host.Http;

/// <summary>
/// Sends traces and metrics to a collector by OTLP, until it is disposed; then what is left is sent. OpenTelemetry's own
/// variables say where and how (OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL, OTEL_TRACES_SAMPLER and others
/// of its specification); without an endpoint nothing is sent.
/// </summary>
internal sealed class Telemetry : IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

    /// <summary>A collector that does not answer keeps the end of the service for no longer, once for each.</summary>
    private const int PatienceMilliseconds = 2000;

    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    /// <summary>Begins where the environment names an endpoint.</summary>
    /// <exception cref="UsageException">What it names is none.</exception>
    public Telemetry()
    {
        if (IsGiven(TracesEndpoint))
        {
            _traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureResource(Describe)
                .AddSource("Microsoft.AspNetCore", RecognitionActivity.SourceName, "Npgsql")
                .AddOtlpExporter()
                .Build();
        }

        if (IsGiven(MetricsEndpoint))
        {
            _metrics = Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(Describe)
                .AddMeter(ServiceMetrics.MeterName)
                .AddOtlpExporter()
                .Build();
        }
    }

    public void Dispose()
    {
        _traces?.Shutdown(PatienceMilliseconds);
        _traces?.Dispose();
        _metrics?.Shutdown(PatienceMilliseconds);
        _metrics?.Dispose();
    }

    private static bool IsGiven(string ownEndpoint)
    {
        var isOff = string.Equals(
            Environment.GetEnvironmentVariable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);
        string[] given = isOff
            ? []
            : [.. new[] { Endpoint, ownEndpoint }.Where(name =>
                !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(name)))];
        foreach (var name in given)
        {
            // OpenTelemetry would pass over it and send to another address.
            var value = Environment.GetEnvironmentVariable(name);
            if (!Uri.TryCreate(value, UriKind.Absolute, out var address)
                || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            {
                throw new UsageException($"{name} = '{value}', must be http://HOST:PORT or https://HOST:PORT");
            }
        }

        return given.Length > 0;
    }

    /// <summary>Variables of the environment, such as OTEL_SERVICE_NAME, count before these.</summary>
    private static void Describe(ResourceBuilder resource) => resource
        .AddService(
            "speaker",
            serviceVersion: typeof(Telemetry).Assembly
                .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion)
        .AddEnvironmentVariableDetector();
}
