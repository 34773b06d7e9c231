using Spectre.Console;

namespace Speaker.CommandLine;

/// <summary>A table of named facts.</summary>
internal static class FactTable
{
    public static Table Create() =>
        new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn("");
}
