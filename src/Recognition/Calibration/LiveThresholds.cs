namespace Speaker.Calibration;

/// <summary>
/// By how much a distance must be within or beyond the threshold of its trial to decide before the sound ends. A session
/// is looked at many times, and each look is another chance: the margins are those of whole sessions, so that the share
/// of sessions of strangers that are accepted at any look is what was asked for, and not that of each look.
/// </summary>
/// <remarks>
/// The false-accept rate is spent in equal parts on the stretches of <see cref="LiveRate.Bands"/>, and within each the
/// margin is a quantile of the largest of the session's looks (alpha spending, Lan and DeMets, 1983, with quantiles of
/// sessions in place of a model): looks may depend on each other as they will. Rejections have one margin. See
/// <see cref="LiveThresholdFit"/>.
/// </remarks>
/// <param name="Rates">By false-accept rate.</param>
/// <param name="AcceptShare">Share of the rate that all early acceptances together may take; the rest is left for what
/// the decision at the end adds.</param>
/// <param name="EarlyFrr">Share of the right speakers' sessions that may be rejected early.</param>
/// <param name="Sessions">Of a voice against a voiceprint, that the margins were fitted to.</param>
/// <param name="Impostors">Those of strangers.</param>
/// <param name="Speakers">Whose they are.</param>
/// <param name="MeasuredOn">Whose sessions they are, in words.</param>
internal sealed record LiveThresholds(
    IReadOnlyList<LiveRate> Rates,
    double AcceptShare,
    double EarlyFrr,
    int Sessions,
    int Impostors,
    int Speakers,
    string MeasuredOn)
{
    /// <summary>The margins for a rate; null where they were not fitted for it.</summary>
    public LiveRate? For(double far) => Rates.FirstOrDefault(rate => rate.TargetFar == far);

    /// <exception cref="ModelException">A part is missing or out of its range.</exception>
    public void Validate()
    {
        if (Rates is null || Rates.Any(
            rate => rate is not { TargetFar: > 0 and < 1, UntilSeconds: > 0, Bands.Count: > 0 }
            || rate.Bands.Any(band =>
                band is not { FromSeconds: >= 0, AcceptMargin: null or >= 0, RejectMargin: null or >= 0 })
            || rate.Bands.Zip(rate.Bands.Skip(1)).Any(pair => pair.First.FromSeconds >= pair.Second.FromSeconds)))
        {
            throw new ModelException(
                "the model card's live thresholds need rates above 0 and below 1, stretches of speech in rising order and " +
                "margins of 0 or more; copy the model again");
        }
    }
}

/// <summary>The margins for one false-accept rate.</summary>
/// <param name="TargetFar">Of the threshold that the margins are counted from.</param>
/// <param name="UntilSeconds">Seconds of speech; nothing is decided early from more, as sessions were no longer.</param>
/// <param name="Bands">By seconds of speech, rising.</param>
internal sealed record LiveRate(double TargetFar, double UntilSeconds, IReadOnlyList<LiveBand> Bands)
{
    /// <summary>What is decided already; null: go on.</summary>
    /// <param name="speechSeconds">Speech so far.</param>
    /// <param name="margin">Threshold of the trial less its distance: above 0 it would be accepted now.</param>
    public Outcome? Judge(double speechSeconds, double margin)
    {
        if (speechSeconds > UntilSeconds || Bands.LastOrDefault(band => band.FromSeconds <= speechSeconds) is not { } band)
        {
            return null;
        }

        return margin >= band.AcceptMargin ? Outcome.Accepted
            : -margin >= band.RejectMargin ? Outcome.Rejected
            : null;
    }
}

/// <summary>The margins from so many seconds of speech on.</summary>
/// <param name="FromSeconds">Until the next one's.</param>
/// <param name="AcceptMargin">Accept where the distance is within the threshold by as much; null: never.</param>
/// <param name="RejectMargin">Reject where it is beyond it by as much; null: never.</param>
internal sealed record LiveBand(double FromSeconds, double? AcceptMargin, double? RejectMargin);
