using Microsoft.AspNetCore.Http;
using Speaker.Audio;

namespace Speaker.Host.Http;

/// <summary>What the address of a live verification says.</summary>
/// <param name="Speaker">Who is claimed, normalised.</param>
/// <param name="Rate">Samples a second.</param>
/// <param name="Early">Whether the decision may come before the sound ends.</param>
internal sealed record LiveQuery(string Speaker, int Rate, bool Early)
{
    public const string SpeakerName = "speaker";
    public const string EarlyName = "early";

    /// <exception cref="ProblemException">It says too little, or what cannot be.</exception>
    public static LiveQuery Of(IQueryCollection query) => new(
        query[SpeakerName] is [{ Length: > 0 } speaker, ..]
            ? SpeakerEndpoints.Checked(speaker)
            : throw new ProblemException(
                400, "invalidArgument", "nobody is claimed: add '?speaker=NAME' to the address"),
        query[PcmFormat.RateName] is [{ Length: > 0 } rate, ..]
            ? PcmFormat.Within(PcmFormat.RateName, rate, AudioFile.LowestRate, AudioFile.HighestRate)
            : AudioFile.SampleRate,
        query[EarlyName].FirstOrDefault() switch
        {
            null or "true" => true,
            "false" => false,
            var other => throw new ProblemException(
                400, "invalidArgument", $"early = '{other}', must be true or false"),
        });
}
