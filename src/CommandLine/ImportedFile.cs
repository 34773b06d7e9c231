using System.Buffers.Binary;
using System.Text;
using Speaker.Enrolment;

namespace Speaker.CommandLine;

/// <summary>Two programs have a verb <c>import</c>, of voiceprints and of weights; each knows the other's files.</summary>
internal static class ImportedFile
{
    private const int LengthBytes = 8;

    /// <summary>What stands before the speakers of a file of voiceprints is far shorter.</summary>
    private const int Beginning = 1024;

    /// <summary>Whether it begins as safetensors files do: with the length of a JSON header, and that header.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool HoldsWeights(string path)
    {
        var start = Start(path, out var length);
        return start.Length > LengthBytes && start[LengthBytes] == '{'
            && BinaryPrimitives.ReadUInt64LittleEndian(start) <= (ulong)(length - LengthBytes);
    }

    /// <summary>Whether it begins as what <c>export</c> writes.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool HoldsVoiceprints(string path)
    {
        var start = Start(path, out _);
        return start.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{', ..]
            && start.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"\"{VoiceprintFile.FormatName}\"")) >= 0;
    }

    private static byte[] Start(string path, out long length)
    {
        using var file = File.OpenRead(path);
        length = file.Length;
        var start = new byte[Math.Min(Beginning, length)];
        file.ReadExactly(start);
        return start;
    }
}
