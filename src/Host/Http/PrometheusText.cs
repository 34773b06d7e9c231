using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Speaker.Host.Http;

/// <summary>Keeps the sums of one meter's instruments and writes them in Prometheus' text format, version
/// 0.0.4.</summary>
/// <remarks>Thread safe. Counters get the ending _total and seconds the ending _seconds, as Prometheus names
/// them.</remarks>
internal sealed class PrometheusText : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock _lock = new();
    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);

    public PrometheusText(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                var family = new Family(instrument);
                lock (_lock)
                {
                    _families.Add(family.Name, family);
                }

                listener.EnableMeasurementEvents(instrument, family);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Add(family, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => Add(family, value, tags));
        _listener.Start();
    }

    /// <summary>All that was counted until now, and what is asked for its value as it is now.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        lock (_lock)
        {
            foreach (var family in _families.Values)
            {
                family.Forget();
            }

            _listener.RecordObservableInstruments();
            foreach (var family in _families.Values)
            {
                family.WriteTo(text);
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Add(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_lock)
        {
            ((Family)family!).Add(value, Labels(tags));
        }
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            text.Append(text.Length > 0 ? "," : "").Append(name).Append("=\"")
                .Append(Escaped(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")).Append('"');
        }

        return text.ToString();
    }

    private static string Escaped(string value) => value.Replace("\\", @"\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>One instrument with a sum for each set of labels.</summary>
    private sealed class Family
    {
        private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);
        private readonly bool _isAsked;
        private readonly string _type;
        private readonly string _help;
        private readonly IReadOnlyList<double> _bounds;

        public Family(Instrument instrument)
        {
            _isAsked = instrument.IsObservable;
            _type = instrument switch
            {
                Histogram<double> => "histogram",
                UpDownCounter<long> or ObservableGauge<long> => "gauge",
                _ => "counter",
            };
            _help = instrument.Description ?? "";
            _bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? [];
            Name = instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "")
                + (_type == "counter" ? "_total" : "");
        }

        public string Name { get; }

        /// <summary>What is asked for its value each time says all of it: what it no longer says is gone.</summary>
        public void Forget()
        {
            if (_isAsked)
            {
                _series.Clear();
            }
        }

        public void Add(double value, string labels)
        {
            if (!_series.TryGetValue(labels, out var series))
            {
                _series[labels] = series = new Series(_bounds.Count);
            }

            series.Sum += value;
            series.Count++;
            for (var i = 0; i < _bounds.Count; i++)
            {
                series.Below[i] += value <= _bounds[i] ? 1 : 0;
            }
        }

        public void WriteTo(StringBuilder text)
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {_help}\n# TYPE {Name} {_type}\n");
            foreach (var (labels, series) in _series.OrderBy(each => each.Key, StringComparer.Ordinal))
            {
                if (_type != "histogram")
                {
                    WriteLine(text, Name, labels, series.Sum);
                    continue;
                }

                for (var i = 0; i < _bounds.Count; i++)
                {
                    var bound = _bounds[i].ToString(CultureInfo.InvariantCulture);
                    WriteLine(text, Name + "_bucket", $"{labels},le=\"{bound}\"", series.Below[i]);
                }

                WriteLine(text, Name + "_bucket", labels + ",le=\"+Inf\"", series.Count);
                WriteLine(text, Name + "_sum", labels, series.Sum);
                WriteLine(text, Name + "_count", labels, series.Count);
            }
        }

        private static void WriteLine(StringBuilder text, string name, string labels, double value) => text
            .Append(name).Append(labels.Length > 0 ? "{" + labels.TrimStart(',') + "}" : "").Append(' ')
            .Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private sealed class Series(int bounds)
    {
        public double Sum { get; set; }

        public long Count { get; set; }

        public long[] Below { get; } = new long[bounds];
    }
}
