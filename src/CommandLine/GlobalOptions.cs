using System.CommandLine;

namespace Speaker.CommandLine;

/// <summary>The options that every verb has.</summary>
internal static class GlobalOptions
{
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print the result as JSON, one object a line, on stdout.",
        Recursive = true,
    };

    public static readonly Option<string?> Model = new("--model")
    {
        Description = "Encoder to use: a .safetensors file with its .json card beside it. " +
            "Otherwise $SPEAKER_MODEL, then Speaker:Model:Path of appsettings.json, then the one in models/.",
        HelpName = "FILE",
        Recursive = true,
    };

    public static readonly Option<string?> Store = new("--store")
    {
        Description = "Enrolment store to use, an SQLite file. " +
            "Otherwise $SPEAKER_STORE, then Speaker:Store:Path of appsettings.json, then the user's data directory.",
        HelpName = "FILE",
        Recursive = true,
    };

    public static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Print the details of an unexpected error.",
        Recursive = true,
    };
}
