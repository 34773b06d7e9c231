using Speaker.Host.Http;
using Speaker.Host.Telephone.Sound;

namespace Speaker.Host.Telephone.Calls;

/// <summary>Makes calls of what their callers say of them.</summary>
internal sealed class CallRequests(CallNotice notice, TimeProvider time)
{
    private const int LongestCorrelation = 128;

    /// <summary>A call that is claimed and not in the book yet.</summary>
    /// <param name="id">A UUID; null: one is drawn.</param>
    /// <param name="tenant">Whose speaker it is.</param>
    /// <param name="actor">Who brings it, for the audit log.</param>
    /// <param name="speaker">Who is claimed.</param>
    /// <param name="correlation">The caller's own name of it.</param>
    /// <param name="webhook">Who is told; null: whom the settings name.</param>
    /// <exception cref="CallException">Nobody is claimed, or a text is none that may be.</exception>
    public Call Create(
        string? id, string tenant, string actor, string? speaker, string? correlation, string? webhook)
    {
        if (string.IsNullOrEmpty(speaker))
        {
            throw new CallException("missingSpeaker", "nobody is claimed: give the parameter speaker");
        }

        if (correlation is { Length: > LongestCorrelation })
        {
            throw new CallException(
                "invalidArgument",
                $"the correlation has {correlation.Length} characters, and {LongestCorrelation} may be");
        }

        if (!notice.TryChoose(webhook, out var told))
        {
            throw new CallException(
                "webhookNotAllowed", "the webhook must begin with one of Speaker:Http:Webhook:Allowed");
        }

        try
        {
            return new Call(
                IdOf(id ?? Guid.NewGuid().ToString()), tenant, actor, SpeakerEndpoints.Checked(speaker), correlation, told,
                time.GetUtcNow());
        }
        catch (ProblemException problem)
        {
            throw new CallException(problem.Code, problem.Message);
        }
    }

    /// <summary>A UUID as the book has it.</summary>
    /// <exception cref="CallException">It is none.</exception>
    public static string IdOf(string text) => Guid.TryParseExact(text, "D", out var id) && id != Guid.Empty
        ? id.ToString()
        : throw new CallException("invalidArgument", "the call's id must be a UUID in its form of 36 characters");
}
