using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace Speaker.Models;

/// <summary>
/// Weights in the safetensors format: eight bytes of header length, a JSON header with type, shape and byte range of
/// each tensor, then the tensors' bytes, little-endian and row-major.
/// </summary>
/// <remarks>
/// A file is written with its tensors in the order of their names and the header padded with spaces to a multiple of
/// eight bytes, so equal tensors give equal bytes. Files up to 2 GB.
/// </remarks>
internal static class Safetensors
{
    /// <summary>Reads every tensor.</summary>
    /// <returns>By name.</returns>
    /// <exception cref="ModelException">There is no such file, or it is damaged; the message says which rule broke.</exception>
    public static IReadOnlyDictionary<string, StoredTensor> Read(string path) => Parse(ReadFile(path), path);

    /// <summary>The tensors of a file that was read.</summary>
    /// <param name="file">All its bytes.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="ModelException">As <see cref="Read"/>.</exception>
    public static IReadOnlyDictionary<string, StoredTensor> Parse(byte[] file, string path)
    {
        var header = SafetensorsHeader.Parse(file, path);
        return header.Entries.ToDictionary(
            entry => entry.Name,
            entry => new StoredTensor(
                entry.Type, entry.Shape,
                file.AsMemory(header.DataStart + (int)entry.Begin, (int)(entry.End - entry.Begin))),
            StringComparer.Ordinal);
    }

    /// <summary>The strings that were stored beside the tensors.</summary>
    /// <exception cref="ModelException">As <see cref="Read"/>.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) =>
        SafetensorsHeader.Parse(ReadFile(path), path).Metadata;

    /// <exception cref="ModelException">There is no such file, it cannot be read, or it is above 2 GB.</exception>
    public static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"the weights file {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Writes tensors whole or not at all, over a file that is there.</summary>
    /// <param name="path">Where.</param>
    /// <param name="tensors">By name.</param>
    /// <param name="metadata">Strings to keep beside them.</param>
    /// <exception cref="ModelException">The file cannot be written.</exception>
    public static void Write(
        string path, IReadOnlyDictionary<string, StoredTensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var names = tensors.Keys.Order(StringComparer.Ordinal).ToArray();
        var header = BuildHeader(names, tensors, metadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> prefix = stackalloc byte[SafetensorsHeader.PrefixLength];
            BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
            stream.Write(prefix);
            stream.Write(header);
            foreach (var name in names)
            {
                stream.Write(tensors[name].Bytes.Span);
            }
        });
    }

    private static byte[] BuildHeader(
        string[] names, IReadOnlyDictionary<string, StoredTensor> tensors,
        IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            var offset = 0L;
            foreach (var name in names)
            {
                var tensor = tensors[name];
                json.WriteStartObject(name);
                json.WriteString("dtype", SafetensorsHeader.NameAndSize(tensor.Type).Name);
                json.WriteStartArray("shape");
                foreach (var dimension in tensor.Shape)
                {
                    json.WriteNumberValue(dimension);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.WrittenCount % 8 != 0)
        {
            buffer.Write(" "u8);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
