using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Http;

/// <summary>What a collector of OpenTelemetry gets of the service.</summary>
[Collection(TestModelTests.Name)]
public sealed class TelemetryTests(TestModel model)
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task Serve_WithACollector_SendsTracesAndMetricsWithoutNames()
    {
        using var folder = new TemporaryFolder();
        using var collector = new Collector();
        using var service = await RunningService.StartAsync(
            new SpeakerProcess(folder, model.Path),
            [
                ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
                ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=under-test"),
                ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
            ]);
        using var enrolment = await service.Client.PostAsync(
            "/v1/speakers/annabella/utterances", HttpService.Speech("de", 8));
        Assert.Equal(HttpStatusCode.Created, enrolment.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/speakers/annabella/verify")
        {
            Content = HttpService.Speech("de", 4),
        };
        request.Headers.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");
        using var answer = await service.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await RunningService.WaitAsync(
            () => collector.Received("/v1/metrics").Contains("speaker.jobs", StringComparison.Ordinal),
            () => string.Join('\n', service.Events));
        service.Stop();
        Assert.Equal(0, service.ExitCode);

        var traces = collector.Received("/v1/traces");
        Assert.Contains("POST /v1/speakers/{speaker}/verify", traces, StringComparison.Ordinal);
        Assert.Contains("speaker.embed", traces, StringComparison.Ordinal);
        Assert.Contains("speaker.wait", traces, StringComparison.Ordinal);
        Assert.Contains("withinThreshold", traces, StringComparison.Ordinal);
        Assert.Contains("under-test", traces, StringComparison.Ordinal);
        // The caller's trace goes on.
        Assert.Contains(
            Encoding.Latin1.GetString(Convert.FromHexString(Trace)), traces, StringComparison.Ordinal);
        var metrics = collector.Received("/v1/metrics");
        Assert.Contains("speaker.decisions", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("annabella", traces + metrics, StringComparison.Ordinal);
    }

    [Fact]
    public void Serve_CollectorThatIsNoAddress_SaysWhichVariable()
    {
        using var folder = new TemporaryFolder();
        var refused = new SpeakerProcess(folder, model.Path).Run(
            [("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector")], "serve", "--urls", "http://127.0.0.1:0");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains(
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = 'collector', must be http", refused.Error, StringComparison.Ordinal);
    }

    /// <summary>Takes whatever is sent to it.</summary>
    private sealed class Collector : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly ConcurrentQueue<(string Path, string Body)> _received = [];

        public Collector()
        {
            // The system gives no free port to a listener of HTTP: one that was free a moment ago.
            using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
            }

            _listener.Prefixes.Add(Address);
            _listener.Start();
            _ = TakeAsync();
        }

        public string Address { get; }

        /// <summary>All that came to one path, a character a byte.</summary>
        public string Received(string path) => string.Concat(
            _received.Where(request => request.Path == path).Select(request => request.Body));

        public void Dispose() => _listener.Close();

        private async Task TakeAsync()
        {
            while (_listener.IsListening)
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.Latin1);
                _received.Enqueue((context.Request.Url!.AbsolutePath, await reader.ReadToEndAsync()));
                context.Response.Close();
            }
        }
    }
}
