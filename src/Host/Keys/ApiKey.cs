using Speaker.Enrolment;

namespace Speaker.Host.Keys;

/// <summary>A key as it is kept: without its secret.</summary>
/// <param name="Id">Public part of the key, 12 hex digits; names it in lists and logs.</param>
/// <param name="Name">Whose it is, in words.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Hash">SHA-256 of the whole key, lower-case hex. A key holds 256 random bits, so there is nothing to
/// guess, and a slow hash would only slow requests down.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Tenant">In whose store it works; empty: in the one that the settings name.</param>
internal sealed record ApiKey(
    string Id, string Name, IReadOnlyList<string> Scopes, string Hash, DateTimeOffset CreatedAt, string Tenant = "")
{
    /// <summary>Why it opens nothing, where somebody wrote into the file what this program does not; null where nothing is
    /// wrong.</summary>
    public string? Problem() =>
        ScopeNames.Unknown(Scopes) is { } scope ? $"there is no scope '{scope}'"
        : Tenant.Length > 0 ? TenantName.Problem(Tenant)
        : null;
}
