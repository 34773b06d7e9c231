using Microsoft.AspNetCore.Http;
using Speaker.Audio.Validation;
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
    bool IsLimited = false)
{
    /// <summary>Parameters of the address that it takes.</summary>
    public IReadOnlyList<string> Query { get; init; } = [];

    /// <summary>Texts that it takes in a form, beside files.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Whether it is a web socket that checks its parameters itself, once it is open.</summary>
    public bool TellsByMessage { get; init; }

    /// <summary>Whether it refuses what it does not take. This service's own operations do: who misspells "consent"
    /// would think that it was noted.</summary>
    private bool IsStrict => Contract is null && Scope is not null and not KeyScopes.None;

    /// <exception cref="ProblemException">The address has a parameter that nobody would look at.</exception>
    public void RequireKnown(IQueryCollection query)
    {
        if (IsStrict && query.Keys.FirstOrDefault(name => !Has(Query, name)) is { } other)
        {
            throw Unknown($"the address has the parameter '{Bounds.Shown(other)}'", Has(Fields, other)
                ? "it goes into the body, as a text of a form"
                : Taken(Query));
        }
    }

    /// <exception cref="ProblemException">The form has a text that nobody would look at.</exception>
    public void RequireKnown(IEnumerable<string> fields)
    {
        if (IsStrict && fields.FirstOrDefault(name => !Has(Fields, name)) is { } other)
        {
            throw Unknown($"the form has the text '{Bounds.Shown(other)}'", Has(Query, other)
                ? $"it is a parameter of the address, '?{other}='"
                : Taken(Fields));
        }
    }

    private static bool Has(IReadOnlyList<string> names, string name) =>
        names.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static string Taken(IReadOnlyList<string> names) =>
        names.Count == 0 ? "it takes none" : $"it takes {string.Join(", ", names)}";

    private ProblemException Unknown(string what, string instead) =>
        new(400, "invalidArgument", $"{what}, which {Name} does not take: {instead}");
}
