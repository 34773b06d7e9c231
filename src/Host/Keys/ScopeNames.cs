using Speaker.Audio.Validation;
using Speaker.CommandLine;

namespace Speaker.Host.Keys;

/// <summary>Scopes as the command line and files write them.</summary>
internal static class ScopeNames
{
    private static readonly (string Name, KeyScopes Scope)[] Known =
    [
        ("enrol", KeyScopes.Enrol), ("verify", KeyScopes.Verify), ("identify", KeyScopes.Identify),
        ("admin", KeyScopes.Admin),
    ];

    public static IReadOnlyList<string> Of(KeyScopes scopes) =>
        [.. Known.Where(known => scopes.HasFlag(known.Scope)).Select(known => known.Name)];

    /// <summary>The first that is no scope; null where all are.</summary>
    public static string? Unknown(IEnumerable<string> names) =>
        names.FirstOrDefault(name => !Array.Exists(Known, known => known.Name == name));

    /// <exception cref="UsageException">One is no scope.</exception>
    public static KeyScopes Parse(IEnumerable<string> names) => names.Aggregate(
        KeyScopes.None,
        (scopes, name) => scopes | (Array.Find(Known, known => known.Name == name) is { Name: not null } found
            ? found.Scope
            : throw new UsageException(
                $"there is no scope '{name}': a scope is {Bounds.OneOf(Known.Select(known => known.Name))}")));
}
