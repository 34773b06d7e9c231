namespace Speaker;

/// <summary>Tells the address of a server from the name of a file, where either may be given.</summary>
internal static class StoreAddress
{
    /// <summary>What an address has to look like, for messages.</summary>
    public const string Form = "postgresql://USER@HOST:PORT/DATABASE";

    private const string Separator = "://";

    private static readonly string[] Schemes = ["postgresql", "postgres"];

    /// <summary>postgres:// or postgresql://, in any case.</summary>
    public static bool IsPostgres(string? path) =>
        path is not null && Schemes.Any(
            scheme => path.StartsWith(scheme + Separator, StringComparison.OrdinalIgnoreCase));

    /// <summary>An address of some kind: nobody calls a file so.</summary>
    public static bool IsAddress(string path) => path.Contains(Separator, StringComparison.Ordinal);

    /// <summary>What may be shown of an address that nobody understood, which may have a password in it.</summary>
    public static string Shown(string path) =>
        IsAddress(path) ? path[..(path.IndexOf(Separator, StringComparison.Ordinal) + Separator.Length)] + "…" : path;
}
