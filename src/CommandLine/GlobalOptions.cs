using System.CommandLine;

namespace Speaker.CommandLine;

/// <summary>The options that every verb has.</summary>
internal static class GlobalOptions
{
    public static readonly Option<bool> Json = FlagOption.Create(
        "--json", "Print the result as JSON on stdout, one object a line.", recursive: true);

    public static readonly Option<string?> Model = new("--model")
    {
        Description = "Model to use: accurate, fast, or a .safetensors file with its .json card beside it. Default: " +
            "$SPEAKER_MODEL, then Speaker:Model in appsettings.json, then accurate.",
        HelpName = "FILE",
        Recursive = true,
    };

    public static readonly Option<string?> Store = new("--store")
    {
        Description = "Enrolment store to use: an SQLite file, or postgresql://USER@HOST/DATABASE without a password. " +
            "Default: $SPEAKER_STORE, then Speaker:Store:Path in appsettings.json, then speaker/voiceprints.db in the " +
            "user's data directory.",
        HelpName = "FILE",
        Recursive = true,
    };

    public static readonly Option<string?> Tenant = new("--tenant")
    {
        Description = "Tenant to work in: a store of its own, beside --store in STORE.tenants, or in a schema of its own in " +
            "the database. Default: the store itself.",
        HelpName = "NAME",
        Recursive = true,
    };

    public static readonly Option<bool> Verbose = FlagOption.Create(
        "--verbose", "Print the details of an unexpected error.", recursive: true);
}
