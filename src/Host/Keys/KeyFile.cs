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

    /// <summary>How long a change waits for another.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

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

        PrivateFile.Require(Path);
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

    /// <summary>Reads the keys and replaces them, while no other process does: of two changes at a time none is lost, and a
    /// key that one removes does not come back with the other.</summary>
    /// <param name="change">From the keys that there are to those that there shall be.</param>
    /// <exception cref="UsageException">It is no file of keys.</exception>
    /// <exception cref="ModelException">The folder cannot be written, the disk is full, or others have changed the file all
    /// the time.</exception>
    public void Change(Func<IReadOnlyList<ApiKey>, IReadOnlyList<ApiKey>> change)
    {
        using var claim = Claim();
        Write(change(Read()));
    }

    /// <summary>Replaces the keys, all at once.</summary>
    /// <exception cref="ModelException">The folder cannot be written, or the disk is full.</exception>
    public void Write(IReadOnlyList<ApiKey> keys) => AtomicFile.WritePrivate(
        Path, stream => JsonSerializer.Serialize(stream, new KeyList(keys), KeyFileJson.Default.KeyList),
        replace: true);

    /// <summary>The lock of those who change the file, on a file of its own: this one is replaced.</summary>
    private FileStream Claim()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var place = Path + ".lock";
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(place))!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(exception);
        }

        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(place, options);
            }
            catch (IOException) when (TimeProvider.System.GetElapsedTime(begun) < Patience)
            {
                Thread.Sleep(20);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw Unwritable(exception);
            }
        }
    }

    private ModelException Unwritable(Exception exception) => new(
        $"{Path} cannot be written: {exception.Message} Choose a folder with room and rights.", exception);
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
