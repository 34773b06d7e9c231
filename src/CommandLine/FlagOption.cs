using System.CommandLine;

namespace Speaker.CommandLine;

/// <summary>Options that are given or not, and take no value: what follows one is never read as true or false.</summary>
internal static class FlagOption
{
    public static Option<bool> Create(string name, string description, bool recursive = false) => new(name)
    {
        Description = description + " Default: off.",
        Arity = ArgumentArity.Zero,
        Recursive = recursive,
    };
}
