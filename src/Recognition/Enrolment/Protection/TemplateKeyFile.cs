using System.Buffers.Text;
using System.Security.Cryptography;
using Speaker.Models;

namespace Speaker.Enrolment.Protection;

/// <summary>Keys in a file that only its owner may read. A changed file is read again.</summary>
/// <param name="path">The file.</param>
internal sealed class TemplateKeyFile(string path) : TemplateKeySource
{
    private (DateTime Written, long Length) _read;

    public override string Description => $"key file {path}";

    public override bool HasChanged => Stamp() != _read;

    /// <summary>Makes a key and writes it into a file before those that are there: it is the current one from then
    /// on.</summary>
    /// <param name="path">The file; made with mode 0600 where there is none, and replaced as a whole otherwise.</param>
    /// <returns>The ids of all keys in the file, the new one first.</returns>
    /// <exception cref="StoreException">There is a file that is none of keys, or that others may read.</exception>
    /// <exception cref="ModelException">It cannot be written.</exception>
    public static IReadOnlyList<string> AddKey(string path)
    {
        var isThere = File.Exists(path);
        var before = isThere ? new TemplateKeyFile(path).Read() : [];
        var keys = before.Length == 0 ? [] : TemplateKeyText.Parse(before, $"key file {path}");
        var key = RandomNumberGenerator.GetBytes(TemplateKeyText.KeySize);
        Span<byte> line = stackalloc byte[Base64.GetMaxEncodedToUtf8Length(TemplateKeyText.KeySize) + 1];
        try
        {
            Base64.EncodeToUtf8(key, line, out _, out var written);
            line[written] = (byte)'\n';
            var added = line[..(written + 1)].ToArray();
            AtomicFile.WritePrivate(
                path,
                stream =>
                {
                    stream.Write(added);
                    stream.Write(before);
                },
                replace: isThere);
            CryptographicOperations.ZeroMemory(added);
            return [TemplateKeyText.IdOf(key), .. keys.Select(each => TemplateKeyText.IdOf(each))];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(line);
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(before);
            keys.ForEach(each => CryptographicOperations.ZeroMemory(each));
        }
    }

    public override byte[] Read()
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~Owner) != 0)
            {
                throw Fault($"others than its owner may read or write it: run 'chmod 600 {path}'");
            }

            _read = Stamp();
            return _read.Length <= TemplateKeyText.MaximumLength
                ? File.ReadAllBytes(path)
                : throw Fault($"it has {_read.Length} bytes, at most {TemplateKeyText.MaximumLength} are read");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fault(exception.Message, exception);
        }
    }

    private (DateTime Written, long Length) Stamp()
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }
}
