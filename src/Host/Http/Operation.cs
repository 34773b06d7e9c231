using Speaker.Host.Keys;

namespace Speaker.Host.Http;

/// <summary>What an endpoint does, as metrics, logs and checks call it.</summary>
/// <param name="Name">"verify"; also the operation's id in the OpenAPI document.</param>
/// <param name="Scope">What a key needs; null: the endpoint needs no key. <see cref="KeyScopes.None"/>: any key
/// will do.</param>
/// <param name="Listens">Whether it takes what is large, recordings or voiceprints, of which only so many go at a
/// time.</param>
/// <param name="Contract">Whose contract it is; null: this service's own.</param>
/// <param name="IsLimited">Whether requests count towards their address's rate although no key is needed. Where one is, they
/// always do.</param>
internal sealed record Operation(
    string Name, KeyScopes? Scope, bool Listens = false, ForeignContract? Contract = null,
    bool IsLimited = false);
