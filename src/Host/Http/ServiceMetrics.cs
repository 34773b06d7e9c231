using System.Diagnostics.Metrics;

namespace Speaker.Host.Http;

/// <summary>
/// What the service counts, by System.Diagnostics.Metrics: an OpenTelemetry SDK in the process can listen to the meter
/// <see cref="MeterName"/>, and <see cref="PrometheusText"/> does. No name of a speaker is in a metric.
/// </summary>
internal sealed class ServiceMetrics : IDisposable
{
    public const string MeterName = "Speaker.Service";

    private readonly Counter<long> _requests;
    private readonly Histogram<double> _durations;
    private readonly UpDownCounter<long> _active;
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _enrolments;
    private readonly Counter<double> _sound;
    private readonly Counter<long> _lockOuts;

    public ServiceMetrics()
    {
        Meter = new Meter(MeterName);
        _requests = Meter.CreateCounter<long>(
            "speaker.http.requests", "{request}", "Requests that were answered or given up (status 499).");
        _durations = Meter.CreateHistogram(
            "speaker.http.request.duration", "s", "From a request's head to the end of its answer.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
            });
        _active = Meter.CreateUpDownCounter<long>(
            "speaker.http.active", "{request}", "Requests under way.");
        _decisions = Meter.CreateCounter<long>(
            "speaker.decisions", "{decision}", "Decisions of verify, identify and compare.");
        _enrolments = Meter.CreateCounter<long>(
            "speaker.enrolments", "{recording}", "Recordings that were offered for enrolment.");
        _sound = Meter.CreateCounter<double>("speaker.sound", "s", "Length of the recordings that were decided on.");
        _lockOuts = Meter.CreateCounter<long>("speaker.lockouts", "{lockout}", "Lock-outs of a claimed speaker.");
    }

    public Meter Meter { get; }

    public void Begin() => _active.Add(1);

    public void End(string operation, int status, TimeSpan duration)
    {
        _active.Add(-1);
        _requests.Add(1, new("operation", operation), new("status", status));
        _durations.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("operation", operation));
    }

    public void Decided(string operation, string decision, string code, double seconds)
    {
        _decisions.Add(1, new("operation", operation), new("decision", decision), new("code", code));
        _sound.Add(seconds);
    }

    public void Enrolled(string code) => _enrolments.Add(1, new KeyValuePair<string, object?>("code", code));

    public void LockedOut() => _lockOuts.Add(1);

    public void Dispose() => Meter.Dispose();
}
