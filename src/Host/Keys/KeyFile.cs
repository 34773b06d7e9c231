using System.Text.Json;
using System.Text.Json.Serialization;
using Speaker.CommandLine;
using Speaker.Models;

namespace Speaker.Host.Keys;

/// <summary>The keys of a store, in a file beside it that only its owner may read (mode 0600). It holds no secret: of
/// each key only the hash is kept.</summary>
internal sealed class KeyFile(string path)
{
    /// <summary>After the name of the store.</summary>
    public const string Ending = ".keys.json";

    public string Path { get; } = path;

    /// <summary>Whether there ever was a key: the file stays when the last one is removed.</summary>
    public bool Exists => File.Exists(Path);

    /// <summary>The keys; none where there is no file.</summary>
    /// <exception cref="UsageException">It is no file of keys, or others than its owner may read or write
    /// it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public IReadOnlyList<ApiKey> Read()
    {
        if (!Exists)
        {
            return [];
        }

        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead
            | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(Path) & Others) != 0)
        {
            throw new UsageException(
                $"{Path} may be read or written by others than its owner: run 'chmod 600 {Path}'");
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path), KeyFileJson.Default.KeyList)?.Keys
                ?? throw new UsageException($"{Path} is no file of keys: it is null");
        }
        catch (JsonException exception)
        {
            throw new UsageException(
                $"{Path} is no file of keys: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    /// <summary>Replaces the keys, all at once.</summary>
    /// <exception cref="ModelException">The folder cannot be written, or the disk is full.</exception>
    public void Write(IReadOnlyList<ApiKey> keys) => AtomicFile.WritePrivate(
        Path, stream => JsonSerializer.Serialize(stream, new KeyList(keys), KeyFileJson.Default.KeyList),
        replace: true);
}

/// <summary>The contents of a <see cref="KeyFile"/>.</summary>
internal sealed record KeyList(IReadOnlyList<ApiKey> Keys);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(KeyList))]
internal sealed partial class KeyFileJson : JsonSerializerContext;
