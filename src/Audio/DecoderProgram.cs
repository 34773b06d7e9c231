namespace Speaker.Audio;

/// <summary>A program that decodes for this one.</summary>
/// <param name="FileName">What is started.</param>
/// <param name="Arguments">That make it a decoder.</param>
internal sealed record DecoderProgram(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>The argument that makes a program a decoder.</summary>
    public const string Verb = "decode-sound";

    /// <summary>This program, once it has said that it can be one.</summary>
    public static DecoderProgram? Own { get; private set; }

    /// <summary>From now on this program is its own decoder.</summary>
    public static void RegisterOwn() => Own = Environment.ProcessPath is { } path ? Of(path) : null;

    /// <summary>A program that takes the argument by itself, or this one through the runtime's host.</summary>
    private static DecoderProgram Of(string path)
    {
        var isHost = Path.GetFileNameWithoutExtension(path).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return new DecoderProgram(path, isHost ? [Environment.GetCommandLineArgs()[0], Verb] : [Verb]);
    }
}
