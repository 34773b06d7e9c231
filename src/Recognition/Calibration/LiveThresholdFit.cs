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
            // One for all stretches: there are far fewer sessions of the right speakers.
            var reject = Margin(targets, 0, double.PositiveInfinity, look => -look.Margins[place], earlyFrr);
            LiveBand[] bands =
            [
                .. _bands.Select((from, i) =>
                {
                    var to = i + 1 < _bands.Length ? _bands[i + 1] : double.PositiveInfinity;
                    return new LiveBand(
                        from,
                        Margin(impostors, from, to, look => look.Margins[place], AcceptShare * rates[place] / _bands.Length),
                        reject);
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

    /// <summary>
    /// The margin that a new session reaches at a look within a stretch with at most this probability. Of n sessions and
    /// one more each is as likely to be the largest, so that the k-th largest of the n is exceeded with the probability
    /// k / (n + 1) (conformal prediction, Vovk et al., 2005). Null where there are too few to tell.
    /// </summary>
    private static double? Margin(
        LiveTrial[] sessions, double from, double to, Func<LiveLook, double> marginOf, double share)
    {
        var place = (int)Math.Floor((sessions.Length + 1) * share);
        if (place < 1)
        {
            return null;
        }

        var largest = sessions
            .Select(session => session.Looks.Where(look => look.SpeechSeconds >= from && look.SpeechSeconds < to)
                .Select(marginOf).DefaultIfEmpty(double.NegativeInfinity).Max())
            .OrderDescending().ElementAt(place - 1);
        return double.IsNegativeInfinity(largest) ? null : Math.Max(0, Math.BitIncrement(largest));
    }
}
