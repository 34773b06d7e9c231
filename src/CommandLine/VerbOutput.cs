using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Speaker.CommandLine;

/// <summary>
/// The two streams of a verb: results on stdout, progress and diagnostics on stderr. Made so that a verb which prints
/// JSON never pays for the console library.
/// </summary>
internal sealed class VerbOutput(bool json)
{
    /// <summary>Shows the cursor, and makes the keys of a terminal send again what they did: a display hides the one, and the
    /// console of .NET changes the others for good (the modes DECTCEM, DECCKM and DECKPNM).</summary>
    public const string TerminalAsItWas = "\e[?25h\e[?1l\e>";

    /// <summary>Columns used where there is no terminal to ask.</summary>
    private const int ColumnsWithoutTerminal = 100;

    private readonly Lazy<IAnsiConsole> _results = new(() => Create(Console.Out, Console.IsOutputRedirected));
    private readonly Lazy<IAnsiConsole> _diagnostics = new(() => Create(Console.Error, Console.IsErrorRedirected));

    public bool Json { get; } = json;

    public IAnsiConsole Results => _results.Value;

    public IAnsiConsole Diagnostics => _diagnostics.Value;

    /// <summary>Whether what was written to stderr can be written over: it is a terminal that moves its cursor, unlike one
    /// with TERM=dumb.</summary>
    public bool CanRedraw => !Console.IsErrorRedirected && Diagnostics.Profile.Capabilities.Ansi;

    /// <summary>One JSON object on one line of stdout, in UTF-8 whatever the locale.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void WriteJson<T>(T value, JsonTypeInfo<T> type) =>
        StandardOutput.Write([.. JsonSerializer.SerializeToUtf8Bytes(value, type), (byte)'\n']);

    /// <summary>One line on stderr. Where nobody can read it, the verb goes on: its results are elsewhere.</summary>
    public static void Note(string message)
    {
        try
        {
            Console.Error.WriteLine(message);
        }
        catch (IOException)
        {
            // A full disk, or no stderr at all.
        }
    }

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected)
        {
            console.Profile.Width = ColumnsWithoutTerminal;
        }

        return console;
    }
}
