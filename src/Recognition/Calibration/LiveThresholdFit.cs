namespace Speaker.Calibration;

/// <summary>
/// Fits <see cref="LiveThresholds"/> to sessions of real recordings: how far within the threshold the looks of strangers
/// come, and how far beyond it those of the right speaker. What depends on what in a session, and by how much a look
/// overshoots, is in the quantiles.
/// </summary>
internal static class LiveThresholdFit
{
    /// <summary>Of the false-accept rate, spent on looks before the end.</summary>
    public const double AcceptShare = 0.5;

    /// <summary>Of the right speakers' sessions, when nothing else is asked for.</summary>
    public const double DefaultEarlyFrr = 0.01;

    /// <summary>A quantile takes so many sessions beyond it.</summary>
    private const double FewestBeyond = 1;

    /// <summary>Where the stretches begin, in seconds of speech.</summary>
    private static readonly double[] _bands = [0, 3];

    /// <param name="rates">False-accept rates that the thresholds are calibrated for.</param>
    /// <param name="sessions">Of the right speakers and of strangers.</param>
    /// <param name="earlyFrr">Above 0 and below 1.</param>
    /// <param name="measuredOn">Whose sessions they are, in words.</param>
    /// <returns>Without the rates that there are too few sessions for.</returns>
    public static LiveThresholds Fit(
        IReadOnlyList<double> rates, IReadOnlyList<LiveTrial> sessions, double earlyFrr, string measuredOn)
    {
        var impostors = sessions.Where(session => !session.IsTarget).ToArray();
        var targets = sessions.Where(session => session.IsTarget).ToArray();
        var until = sessions.SelectMany(session => session.Looks).Select(look => look.SpeechSeconds)
            .DefaultIfEmpty().Max();
        var fitted = new List<LiveRate>();
        for (var rate = 0; rate < rates.Count; rate++)
        {
            var place = rate;
            LiveBand[] bands =
            [
                .. _bands.Select((from, i) =>
                {
                    var to = i + 1 < _bands.Length ? _bands[i + 1] : double.PositiveInfinity;
                    return new LiveBand(
                        from,
                        Margin(impostors, from, to, look => look.Margins[place], AcceptShare * rates[place] / _bands.Length),
                        Margin(targets, from, to, look => -look.Margins[place], earlyFrr / _bands.Length));
                }),
            ];
            if (bands.Any(band => band.AcceptMargin is not null || band.RejectMargin is not null))
            {
                fitted.Add(new LiveRate(rates[rate], until, bands));
            }
        }

        return new LiveThresholds(
            fitted, AcceptShare, earlyFrr, sessions.Count, impostors.Length,
            sessions.Select(session => session.Claimed).Distinct(StringComparer.Ordinal).Count(), measuredOn);
    }

    /// <summary>The margin that at most a share of all sessions reach at any of their looks within a stretch; null where
    /// there are too few to tell.</summary>
    private static double? Margin(
        LiveTrial[] sessions, double from, double to, Func<LiveLook, double> marginOf, double share)
    {
        if (sessions.Length * share < FewestBeyond)
        {
            return null;
        }

        double[] largest =
        [
            .. sessions
                .Select(session => session.Looks.Where(look => look.SpeechSeconds >= from && look.SpeechSeconds < to)
                    .Select(marginOf).DefaultIfEmpty(double.NegativeInfinity).Max())
                .OrderDescending(),
        ];
        // So many may reach it; the next one may not.
        var next = largest[(int)Math.Floor(sessions.Length * share)];
        return double.IsNegativeInfinity(next) ? null : Math.Max(0, Math.BitIncrement(next));
    }
}
